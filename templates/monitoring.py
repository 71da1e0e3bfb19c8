"""Monitoring tier: alarms, the topic that they notify, and a dashboard."""

from __future__ import annotations

from kit.interface import interface, knob, out
from kit.values import AlarmArn, Text, TopicArn, Url


@interface
class Knobs:
    """What params/<env>.json may set."""

    alarm_email: Text = knob(
        "Address that alarms are sent to; empty for none. The address must confirm the subscription.",
        default="",
        AllowedPattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$",
        ConstraintDescription="an e-mail address, or empty",
    )


@interface
class Monitoring:
    """What other tiers may use."""

    topic_arn: TopicArn = out("Topic that alarms notify.", root=True)
    unhealthy_alarm_arn: AlarmArn = out("Alarm that says that the platform is unhealthy.", root=True)
    dashboard_url: Url = out("Dashboard of the platform.", root=True)
