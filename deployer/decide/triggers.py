"""Which alarms of the deployed platform roll a deployment back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployer.model import Resource

COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
SINGLE = "AWS::CloudWatch::Alarm"

MOST = 5
"""As many rollback triggers as a stack may have, and MONITOR_MINUTES how long a protected environment is watched:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-rollback-triggers.html"""

MONITOR_MINUTES = 5


def triggers(deployed: Iterable[Resource], next_types: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
    """Return the rollback triggers: the composite alarms, or where there are none, the first single alarms.

    ``prefix`` is ``arn:aws:cloudwatch:REGION:ACCOUNT``. An alarm that the next templates (types by resource path) no
    longer hold is left out, for a trigger that goes missing fails the whole deployment.
    """
    alarms = [r for r in deployed if r.type in {COMPOSITE, SINGLE} and next_types.get(r.path) == r.type]
    composite = [alarm for alarm in alarms if alarm.type == COMPOSITE]
    chosen = sorted(composite or alarms, key=lambda alarm: alarm.path)[:MOST]
    return [{"Arn": f"{prefix}:alarm:{alarm.physical_id}", "Type": alarm.type} for alarm in chosen]
