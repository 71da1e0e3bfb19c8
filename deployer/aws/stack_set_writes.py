"""Every call that changes a stack set or its instances; each demands the plan that was shown and agreed to.

The id of an operation is made from what it is for, so that a call whose answer was lost is not made twice.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from deployer.aws.faults import translated
from deployer.decide.stack_sets import Act
from deployer.errors import AlreadyError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployer.aws.clients import Clients
    from deployer.consent import ConfirmedSet, Consent
    from deployer.decide.stack_sets import Content, Step
    from kit.environment import StackSet


def _token(*parts: object) -> str:
    return "streamflix-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:40]


def create(clients: Clients, confirmed: ConfirmedSet, content: Content, template_url: str) -> None:
    """Create the confirmed plan's stack set, without instances."""
    with translated("CreateStackSet", clients.region):
        clients.cloudformation.create_stack_set(
            StackSetName=confirmed.stack_id,
            PermissionModel="SELF_MANAGED",
            ClientRequestToken=_token("create", confirmed.stack_id, content.digest),
            **_content(content, template_url),
        )


def begin(
    clients: Clients,
    confirmed: ConfirmedSet,
    step: Step,
    *,
    content: Content,
    template_url: str,
    settings: StackSet,
    parallel: bool,
) -> str:
    """Begin one operation of a confirmed plan; return its id, also where a lost try has begun it already."""
    plan = confirmed.plan
    operation_id = _token(confirmed.stack_id, step, content.digest, plan.since)
    common: Any = {
        "StackSetName": confirmed.stack_id,
        "OperationId": operation_id,
        "OperationPreferences": _preferences(step, settings, parallel=parallel),
    }
    places: Any = {"Accounts": list(step.accounts), "Regions": list(step.regions)}
    cloudformation = clients.cloudformation
    with suppress(AlreadyError), translated(f"StackSets: {step.act}", clients.region):
        match step.act:
            case Act.CREATE:
                return cloudformation.create_stack_instances(**common, **places)["OperationId"]
            case Act.UPDATE:
                return cloudformation.update_stack_instances(**common, **places)["OperationId"]
            case Act.DELETE:
                keep = plan.keep_stacks
                return cloudformation.delete_stack_instances(**common, **places, RetainStacks=keep)["OperationId"]
            case Act.RENEW:
                return cloudformation.update_stack_set(**common, **_content(content, template_url))["OperationId"]
    return operation_id


def _preferences(step: Step, settings: StackSet, *, parallel: bool) -> Mapping[str, Any]:
    """Return how far an operation may run ahead of failures.

    SOFT_FAILURE_TOLERANCE lets ``max_concurrent_percent`` mean what it says; the strict mode would never run more at a
    time than may fail, plus one. A percentage that comes to none means one.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
    """
    return {
        "RegionConcurrencyType": "PARALLEL" if parallel else "SEQUENTIAL",
        **({"RegionOrder": list(step.regions)} if step.regions else {}),
        "MaxConcurrentPercentage": settings.max_concurrent_percent,
        "FailureToleranceCount": settings.failure_tolerance_count,
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
    }


def stop(clients: Clients, consent: Consent, operation_id: str) -> None:
    """Stop a running operation: what has begun ends, nothing more begins."""
    with translated("StopStackSetOperation", clients.region):
        clients.cloudformation.stop_stack_set_operation(StackSetName=consent.stack_id, OperationId=operation_id)


def drop(clients: Clients, confirmed: ConfirmedSet) -> None:
    """Delete the stack set, which must have no instances; one that is gone already is fine."""
    with suppress(NotFoundError), translated("DeleteStackSet", clients.region):
        clients.cloudformation.delete_stack_set(StackSetName=confirmed.stack_id)


def _content(content: Content, template_url: str) -> dict[str, Any]:
    return {
        "TemplateURL": template_url,
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in sorted(content.parameters.items())],
        "Tags": [{"Key": k, "Value": v} for k, v in sorted(content.tags.items())],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
