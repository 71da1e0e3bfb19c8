"""Values of functions, their permissions and event sources that Lambda refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    GIVEN,
    Limit,
    Shape,
    among,
    between,
    either,
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

_FUNCTION, _SOURCE = ("AWS::Lambda::Function",), ("AWS::Lambda::EventSourceMapping",)
_PERMISSION, _URL = ("AWS::Lambda::Permission",), ("AWS::Lambda::Url",)
_API = "https://docs.aws.amazon.com/lambda/latest/api/API_"
_CREATE, _MAP = f"{_API}CreateFunction.html", f"{_API}CreateEventSourceMapping.html"
_INLINE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"
)
_ZIP: Shape = may(PackageType=among("Zip"), Code={"properties": {"ImageUri": False}})
_QUEUE: Shape = having(EventSourceArn=like("arn:aws[a-z-]*:sqs:.*"))
_STREAM: Shape = having(EventSourceArn=like("arn:aws[a-z-]*:(kinesis|dynamodb):.*"))

_HANDLERS: Final = {
    "python.*": r"[A-Za-z0-9_./-]+\.[A-Za-z0-9_]+",
    "nodejs.*": r"[A-Za-z0-9_./-]+\.[A-Za-z0-9_$]+",
    "ruby.*": r"[A-Za-z0-9_./:-]+\.[A-Za-z0-9_.:]+",
    "java.*": r"[\w$]+(\.[\w$]+)*(::[\w$]+)?",
}
"""How the runtimes read a handler (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html)."""

LIMITS: Final = (
    Limit(_FUNCTION, "", when(_ZIP, needs("Handler", "Runtime")), "A deployment package needs Handler and Runtime.",
        _CREATE),
    Limit(
        _FUNCTION, "Code", when(having(), {"oneOf": [needs("ZipFile"), needs("S3Bucket"), needs("ImageUri")]}),
        "Code is ZipFile, an object of S3 or an image.", _INLINE,
    ),
    Limit(_FUNCTION, "Code", {"dependentRequired": {"S3Bucket": ["S3Key"], "S3Key": ["S3Bucket"]}}, "Name the object.",
        _INLINE),
    Limit(
        _FUNCTION, "", when(having(Code=having(ImageUri=GIVEN)), having(PackageType=among("Image"))),
        "An image needs PackageType: Image.", _CREATE,
    ),
    Limit(
        _FUNCTION, "", when(having(PackageType=among("Image")), having(Code=needs("ImageUri"))),
        "PackageType Image needs ImageUri.", _CREATE,
    ),
    Limit(_FUNCTION, "Code.ZipFile", {"maxLength": 4194304}, "Inline code has up to 4 MiB.", _INLINE),
    *(
        Limit(
            _FUNCTION, "", when(having(Runtime=like(runtime)), may(Handler=like(handler))),
            "A handler is written as its runtime reads it, for instance file.function.",
            "https://docs.aws.amazon.com/lambda/latest/dg/foundation-progmodel.html",
        )
        for runtime, handler in _HANDLERS.items()
    ),
    Limit(
        _FUNCTION, "", when(having(CapacityProviderConfig=ABSENT), may(MemorySize=between(128, 10240))),
        "A function has 128 to 10240 MB.", _CREATE,
    ),
    Limit(_FUNCTION, "EphemeralStorage.Size", between(512, 10240), "A function has 512 to 10240 MB of storage.",
        _CREATE),
    Limit(
        _FUNCTION, "VpcConfig", {"dependentRequired": {
            "SubnetIds": ["SecurityGroupIds"], "SecurityGroupIds": ["SubnetIds"]}},
        "A function in a VPC needs subnets and security groups.", f"{_API}VpcConfig.html",
    ),
    Limit(
        _FUNCTION, "Environment.Variables", {"propertyNames": like("[a-zA-Z][a-zA-Z0-9_]+")},
        "A variable has two or more letters, digits and underscores, a letter first.", f"{_API}Environment.html",
    ),
    Limit(
        _FUNCTION, "DeadLetterConfig.TargetArn", {"pattern": r"^(arn:aws[a-z-]*:(sqs|sns):.*)?$"},
        "Dead letters go to a queue or a topic.", f"{_API}DeadLetterConfig.html",
    ),
    Limit(
        _FUNCTION, "", when(having(FileSystemConfigs={"minItems": 1}), needs("VpcConfig")),
        "A function that mounts files is in a VPC.", f"{_API}FileSystemConfig.html",
    ),
    Limit(
        _FUNCTION, "", when(having(SnapStart=having(ApplyOn=among("PublishedVersions"))), may(
            Runtime={"pattern": "^(java(1[1-9]|2)|python3[.]1[2-9]|dotnet([89]|1))"})),
        "SnapStart is for Java 11, Python 3.12 and .NET 8, or later.",
        "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html",
    ),
    Limit(
        _PERMISSION, "Principal", either(
            like(r"\*|\d{12}|arn:aws[a-z-]*:iam::\d{12}:.+"),
            like(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|[a-z0-9.-]+\.[a-z.]+")
        ), "A principal is a service such as events.amazonaws.com, an account or an ARN.", f"{_API}AddPermission.html",
    ),
    Limit(
        _PERMISSION, "", when(having(FunctionUrlAuthType=GIVEN), may(Action=among("lambda:InvokeFunctionUrl"))),
        "A URL's authorisation goes with the action lambda:InvokeFunctionUrl.", f"{_API}AddPermission.html",
    ),
    Limit(
        _SOURCE, "", when({"allOf": [_QUEUE, having(BatchSize={"exclusiveMinimum": 10})]}, having(
            MaximumBatchingWindowInSeconds={"minimum": 1})),
        "Batches of more than 10 messages need a batching window.", _MAP,
    ),
    Limit(
        _SOURCE, "", when(_QUEUE, without(
            "BisectBatchOnFunctionError", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "ParallelizationFactor",
            "TumblingWindowInSeconds", "DestinationConfig")),
        "These are for streams: a queue has a redrive policy.", _MAP,
    ),
    Limit(_SOURCE, "", when(_STREAM, without("ScalingConfig")), "Only a queue has a concurrency of its own.", _MAP),
    Limit(
        _SOURCE, "", when(having(StartingPosition=among("AT_TIMESTAMP")), needs("StartingPositionTimestamp")),
        "AT_TIMESTAMP needs StartingPositionTimestamp.", _MAP,
    ),
    Limit(
        _URL, "Cors.AllowMethods.*", among("GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"),
        "Take a method of HTTP.",
        f"{_API}Cors.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Megabytes: {{Type: Number, Default: {megabytes}}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/function
      MemorySize: !Ref Megabytes
      Code:
        ZipFile: |
          def handler(event, context):
              return event
"""


@rule(
    id="E9146",
    title="A function has code, a handler and settings that go together",
    reason="Lambda refuses packages, handlers, sizes and event sources beyond what its API documents.",
    source=_CREATE,
    good=_TEMPLATE.format(megabytes=512),
    bad=_TEMPLATE.format(megabytes=16384),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold functions, permissions and event sources against the limits of the API."""
    yield from exceeded(tree, LIMITS)
