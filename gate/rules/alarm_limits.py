"""Alarms that CloudWatch refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    GIVEN,
    Limit,
    Shape,
    among,
    either,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.places import each
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_bool, as_int, as_text, dig

_ALARM, _COMPOSITE = ("AWS::CloudWatch::Alarm",), ("AWS::CloudWatch::CompositeAlarm",)
_PUT = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
_BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
_PERIOD: Shape = {"anyOf": [among(1, 5, 10, 20, 30), {"minimum": 60, "multipleOf": 60}]}

LIMITS: Final = (
    Limit(_ALARM, "", when(having(MetricName=GIVEN), needs("Namespace")), "A metric has a namespace.", _PUT),
    Limit(_ALARM, "", when(having(MetricName=GIVEN), needs("Period")), "An alarm on a metric needs a period.", _PUT),
    Limit(
        _ALARM, "", when(having(MetricName=GIVEN), either(needs("Statistic"), needs("ExtendedStatistic"))),
        "An alarm on a metric needs Statistic or ExtendedStatistic.", _PUT,
    ),
    Limit(
        _ALARM, "ExtendedStatistic", {"pattern": r"^(p(\d{1,2}(\.\d{1,10})?|100)|IQM|(tm|tc|ts|wm|TM|TC|TS|WM|pr|PR)"
        r"([(]?[\d.%:]+[)]?))$"}, "A statistic is like p99, p99.9, tm90, IQM or PR(:300).",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html",
    ),
    Limit(
        _ALARM, "EvaluateLowSampleCountPercentile", among("evaluate", "ignore"), "Take evaluate or ignore.", _PUT
    ),
    Limit(
        _ALARM, "", when(having(EvaluateLowSampleCountPercentile=GIVEN), needs("ExtendedStatistic")),
        "Few samples matter for percentiles only.", _PUT,
    ),
    Limit(
        _ALARM, "", when(having(ComparisonOperator=among(*_BANDS)), needs("ThresholdMetricId")),
        "A comparison with a band needs ThresholdMetricId.", _PUT,
    ),
    Limit(
        _ALARM, "", when(having(ComparisonOperator=among(*_BANDS)), without("Threshold")),
        "A comparison with a band has no threshold.", _PUT,
    ),
    Limit(
        _ALARM, "", when(having(ThresholdMetricId=GIVEN), may(ComparisonOperator=among(*_BANDS))),
        "ThresholdMetricId goes with a comparison with a band.", _PUT,
    ),
    Limit(
        _ALARM, "", when(
            having(ComparisonOperator=like("(Greater|Less)Than(OrEqualTo)?Threshold"), ThresholdMetricId=ABSENT),
            needs("Threshold"),
        ), "An alarm needs a threshold.", _PUT,
    ),
    Limit(
        _ALARM, "", when(having(EvaluationCriteria=ABSENT), needs("ComparisonOperator", "EvaluationPeriods")),
        "An alarm needs ComparisonOperator and EvaluationPeriods.", _PUT,
    ),
    *(
        Limit((*_ALARM, *_COMPOSITE), name, {"maxItems": 5}, "An alarm has up to five actions for a state.", _PUT)
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions")
    ),
    *(
        Limit(
            (*_ALARM, *_COMPOSITE), f"{name}.*", {"pattern": "^arn:"},
            "An action is an ARN: of a topic, function, policy...",
            _PUT,
        )
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions")
    ),
    *(
        Limit(
            _ALARM, place, _PERIOD, "A period is 1, 5, 10, 20, 30 or a multiple of 60 seconds.",
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html",
        )
        for place in ("Metrics.*.MetricStat.Period", "Metrics.*.Period")
    ),
    Limit(
        _ALARM, "Metrics.*", {"oneOf": [needs("MetricStat"), needs("Expression")]},
        "Each is a MetricStat or an Expression.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html",
    ),
    Limit(_ALARM, "Metrics", {"maxItems": 20}, "An alarm has up to 20 metrics.", _PUT),
    Limit(
        _ALARM, "Dimensions", {"maxItems": 30}, "A metric has up to 30 dimensions.", _PUT,
    ),
    Limit(
        _COMPOSITE, "", when(having(ActionsSuppressor=GIVEN), needs(
            "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")),
        "A suppressor needs its two periods.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
    ),
    Limit(
        ("AWS::Logs::MetricFilter",), "MetricTransformations.*", when(
            having(Dimensions={"minItems": 1}), without("DefaultValue")
        ), "A metric with dimensions has no default value.",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html",
    ),
    Limit(
        ("AWS::CloudWatch::Dashboard",), "DashboardName", like("[A-Za-z0-9_-]{1,255}"),
        "A name has letters, digits, hyphens and underscores.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Datapoints: {{Type: Number, Default: {datapoints}}}
Resources:
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: Films
      MetricName: Errors
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 3
      DatapointsToAlarm: !Ref Datapoints
      Threshold: 1
      ComparisonOperator: GreaterThanThreshold
"""


@rule(
    id="E9156",
    title="An alarm has a metric, a threshold and a time that it can be evaluated over",
    reason=(
        "CloudWatch refuses alarms without a statistic or threshold, with more datapoints than periods, over more than "
        "a day (a week, for periods of an hour or more), or with expressions of metrics that it does not have."
    ),
    source=_PUT,
    good=_TEMPLATE.format(datapoints=2),
    bad=_TEMPLATE.format(datapoints=4),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold alarms against the limits of the API, and their times and expressions against each other."""
    yield from exceeded(tree, LIMITS)
    for alarm in tree.resources(*_ALARM):
        periods, datapoints = as_int(alarm.get("EvaluationPeriods")), as_int(alarm.get("DatapointsToAlarm"))
        if periods is not None and datapoints is not None and datapoints > periods:
            message = f"{datapoints} datapoints of {periods} periods"
            yield Hit(alarm, "DatapointsToAlarm", message, "Ask for at most EvaluationPeriods.")
        lengths = [as_int(alarm.get("Period"))]
        lengths += [as_int(value) for _, value in each(alarm.get("Metrics"), "*.MetricStat.Period")]
        longest = max((length for length in lengths if length), default=None)
        most = 604800 if longest and longest >= 3600 else 86400
        if longest and periods and longest * periods > most:
            message = f"{periods} periods of {longest} seconds are {longest * periods} seconds; {most} are taken"
            yield Hit(alarm, "EvaluationPeriods", message, "Shorten the period, or evaluate fewer.")
        yield from _expressions(alarm)


def _expressions(alarm: Resource) -> Iterator[Hit]:
    metrics = alarm.get("Metrics")
    if not isinstance(metrics, list) or not metrics:
        return
    ids = [as_text(dig(metric, "Id")) for metric in metrics]
    returned = [True if dig(metric, "ReturnData") is None else as_bool(dig(metric, "ReturnData")) for metric in metrics]
    wanted = 2 if alarm.get("ThresholdMetricId") is not None else 1
    if None not in returned and returned.count(True) not in (1, wanted):
        message = f"{returned.count(True)} metrics return data; {wanted} may"
        yield Hit(alarm, "Metrics", message, "Write ReturnData: false at the others.")
    for place, metric in enumerate(metrics):
        written = as_text(dig(metric, "Expression"))
        if written is None or None in ids or re.match(r"\s*SELECT\b", written, re.IGNORECASE):
            continue
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", written)
        for name in sorted(set(re.findall(r"(?<![\w.])[a-z]\w*", bare)) - set(filter(None, ids))):
            message = f"the expression has {name}, which is no Id of the alarm's metrics"
            yield Hit(alarm, ("Metrics", place, "Expression"), message, f"Name one of {', '.join(filter(None, ids))}.")
    band = as_text(alarm.get("ThresholdMetricId"))
    if band is not None and None not in ids and band not in ids:
        yield Hit(alarm, "ThresholdMetricId", f"{band} is no Id of the alarm's metrics", "Name one of them.")
