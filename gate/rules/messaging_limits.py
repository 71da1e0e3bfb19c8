"""Values that Kinesis, SQS and SNS refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    OFF,
    ON,
    Limit,
    Shape,
    among,
    between,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Tree

_STREAM = ("AWS::Kinesis::Stream",)
_QUEUE = ("AWS::SQS::Queue",)
_TOPIC = ("AWS::SNS::Topic",)
_SUBSCRIPTION = ("AWS::SNS::Subscription",)
_STREAM_MODE = "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"
_RETENTION = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html"
_CREATE_QUEUE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
_DEAD = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
_CREATE_TOPIC = "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"
_SUBSCRIBE = "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"

_ON_DEMAND: Shape = having(StreamModeDetails=having(StreamMode=among("ON_DEMAND")))
_PROVISIONED: Shape = having(StreamModeDetails=having(StreamMode=among("PROVISIONED")))
_STANDARD: Shape = may(FifoQueue=OFF)
_DEDUPLICATION = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")

LIMITS: Final = (
    Limit(_STREAM, "RetentionPeriodHours", between(24, 8760), "Records are kept for 24 to 8760 hours.", _RETENTION),
    Limit(
        _STREAM, "", when(_ON_DEMAND, without("ShardCount")), "An on-demand stream takes no ShardCount.", _STREAM_MODE
    ),
    Limit(
        _STREAM, "", when(_PROVISIONED, needs("ShardCount")), "A provisioned stream needs a ShardCount.", _STREAM_MODE
    ),
    Limit(
        _STREAM, "", when(having(StreamModeDetails=ABSENT), needs("ShardCount")),
        "Without a mode a stream is provisioned, and needs a ShardCount.", _STREAM_MODE,
    ),
    Limit(
        _STREAM, "", when(_PROVISIONED, without("WarmThroughputMiBps")), "Only an on-demand stream is kept warm.",
        _STREAM_MODE,
    ),
    Limit(
        _QUEUE, "QueueName", {"pattern": r"^[A-Za-z0-9_-]+(\.fifo)?$", "maxLength": 80},
        "A name has up to 80 letters, digits, hyphens and underscores; that of a FIFO queue ends with .fifo.",
        _CREATE_QUEUE,
    ),
    Limit(
        _QUEUE, "", when(having(QueueName={"pattern": r"\.fifo$"}), having(FifoQueue=ON)),
        "A name that ends with .fifo is that of a FIFO queue: set FifoQueue to true.", _CREATE_QUEUE,
    ),
    Limit(
        _QUEUE, "DeduplicationScope", among("queue", "messageGroup"), "Take queue or messageGroup.", _CREATE_QUEUE
    ),
    Limit(
        _QUEUE, "FifoThroughputLimit", among("perQueue", "perMessageGroupId"), "Take perQueue or perMessageGroupId.",
        _CREATE_QUEUE,
    ),
    Limit(
        _QUEUE, "", when(
            having(FifoThroughputLimit=among("perMessageGroupId")), having(DeduplicationScope=among("messageGroup"))
        ),
        "A throughput per message group needs the deduplication scope messageGroup.", _CREATE_QUEUE,
    ),
    Limit(
        _QUEUE, "", when(having(SqsManagedSseEnabled=ON), without("KmsMasterKeyId")),
        "SQS encrypts with its own key or with one of KMS, not both.", _CREATE_QUEUE,
    ),
    Limit(
        _QUEUE, "RedrivePolicy", {
            **needs("deadLetterTargetArn", "maxReceiveCount"),
            **may(maxReceiveCount={"type": "integer", **between(1, 1000)}),
            "propertyNames": among("deadLetterTargetArn", "maxReceiveCount"),
        },
        "A redrive policy has deadLetterTargetArn and maxReceiveCount, 1 to 1000.", _DEAD,
    ),
    Limit(
        _QUEUE, "RedriveAllowPolicy", {**may(
            redrivePermission=among("allowAll", "denyAll", "byQueue"), sourceQueueArns={"maxItems": 10}),
            "propertyNames": among("redrivePermission", "sourceQueueArns")},
        "It has a redrivePermission (allowAll, denyAll, byQueue), and sourceQueueArns with byQueue.", _DEAD,
    ),
    Limit(
        _QUEUE, "RedriveAllowPolicy", when(
            having(redrivePermission=among("byQueue")), having(sourceQueueArns={"minItems": 1})
        ), "With byQueue, name the sourceQueueArns.", _DEAD,
    ),
    Limit(
        _QUEUE, "RedriveAllowPolicy", when(
            having(redrivePermission=among("allowAll", "denyAll")), without("sourceQueueArns")
        ), "Only byQueue names sourceQueueArns.", _DEAD,
    ),
    Limit(
        _TOPIC, "TopicName", {"pattern": r"^[A-Za-z0-9_-]+(\.fifo)?$", "maxLength": 256},
        "A name has letters, digits, hyphens and underscores; that of a FIFO topic ends with .fifo.", _CREATE_TOPIC,
    ),
    Limit(
        _TOPIC, "", when(having(FifoTopic=ON), may(TopicName={"pattern": r"\.fifo$"})),
        "The name of a FIFO topic ends with .fifo.", _CREATE_TOPIC,
    ),
    Limit(
        _TOPIC, "", when(having(TopicName={"pattern": r"\.fifo$"}), having(FifoTopic=ON)),
        "A name that ends with .fifo is that of a FIFO topic: set FifoTopic to true.", _CREATE_TOPIC,
    ),
    Limit(
        _TOPIC, "", when(may(FifoTopic=OFF), may(
            ContentBasedDeduplication=OFF, FifoThroughputScope=ABSENT, ArchivePolicy=ABSENT)),
        "Only a FIFO topic takes these.", _CREATE_TOPIC,
    ),
    Limit(_TOPIC, "DisplayName", {"maxLength": 100}, "A display name has up to 100 characters.", _CREATE_TOPIC),
    Limit(_TOPIC, "SignatureVersion", among(1, 2), "A signature version is 1 or 2.", _CREATE_TOPIC),
    Limit(_TOPIC, "TracingConfig", among("PassThrough", "Active"), "Take PassThrough or Active.", _CREATE_TOPIC),
    Limit(_TOPIC, "FifoThroughputScope", among("Topic", "MessageGroup"), "Take Topic or MessageGroup.", _CREATE_TOPIC),
    *(
        Limit(
            types, place, among(
                "http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"
            ), "Take a protocol of SNS.", _SUBSCRIBE,
        )
        for types, place in ((_SUBSCRIPTION, "Protocol"), (_TOPIC, "Subscription.*.Protocol"))
    ),
    *(
        Limit(types, place, when(having(Protocol=like(protocol)), may(Endpoint={"pattern": pattern})), says, _SUBSCRIBE)
        for types, place in ((_SUBSCRIPTION, ""), (_TOPIC, "Subscription.*"))
        for protocol, pattern, says in (
            ("http", "^http://", "An http endpoint begins with http://."),
            ("https", "^https://", "An https endpoint begins with https://."),
            ("email|email-json", r"^[^@\s]+@[^@\s]+$", "Give an e-mail address."),
            ("sms", r"^\+?[0-9() .-]{3,}$", "Give a phone number."),
        )
    ),
    Limit(
        _SUBSCRIPTION, "", when(having(Protocol=among("firehose")), needs("SubscriptionRoleArn")),
        "A subscription of a delivery stream needs SubscriptionRoleArn.", _SUBSCRIBE,
    ),
    Limit(
        _SUBSCRIPTION, "", when(
            having(Protocol=among("email", "email-json", "sms", "lambda", "application")), may(RawMessageDelivery=OFF)
        ),
        "Raw messages are delivered over sqs, firehose, http and https only.", _SUBSCRIBE,
    ),
    Limit(
        _SUBSCRIPTION, "FilterPolicyScope", among("MessageAttributes", "MessageBody"),
        "Take MessageAttributes or MessageBody.", _SUBSCRIBE,
    ),
    Limit(
        _SUBSCRIPTION, "FilterPolicy.*", {"type": ["array", "object"]},
        "A filter policy has a list of accepted values for each name.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Mode: {{Type: String, Default: {mode}}}
Resources:
  Stream:
    Type: AWS::Kinesis::Stream
    Properties:
      ShardCount: 2
      StreamModeDetails: {{StreamMode: !Ref Mode}}
"""


@rule(
    id="E9116",
    title="Streams, queues, topics and subscriptions have values that go together",
    reason="Kinesis, SQS and SNS refuse names, ranges and pairs of properties beyond what their APIs document.",
    source=_CREATE_QUEUE,
    good=_TEMPLATE.format(mode="PROVISIONED"),
    bad=_TEMPLATE.format(mode="ON_DEMAND"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold streams, queues, topics and subscriptions against the limits of their APIs."""
    yield from exceeded(tree, LIMITS)
