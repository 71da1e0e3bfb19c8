"""Where ministack's CloudFormation differs from the real one in what nested trees need: corrected, one by one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from local.emulator.completion import Answer, Handler

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.schema import Document, Json

alb: Any = import_module("ministack.services.alb")
application: Any = import_module("ministack.app")
cloudformation: Any = import_module("ministack.services.cloudformation")
engine: Any = import_module("ministack.services.cloudformation.engine")
drift: Any = import_module("ministack.services.cloudformation.drift")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
handlers: Any = import_module("ministack.services.cloudformation.handlers")
changesets: Any = import_module("ministack.services.cloudformation.changesets")
rds: Any = import_module("ministack.services.rds")
stacks: Any = import_module("ministack.services.cloudformation.stacks")


# What becomes of a stack whose operation the cloud did not outlive. The real service goes on; here it counts as failed,
# in the state from which the next command can go on.
_INTERRUPTED = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
}
_BY_ARN = "AWS::SecretsManager::Secret"


def install() -> None:
    """Put every correction in place."""
    for resource_type, is_protected in _PROTECTED.items():
        handler = provisioners._RESOURCE_HANDLERS[resource_type]
        provisioners._RESOURCE_HANDLERS[resource_type] = {**handler, "delete": guarded(handler["delete"], is_protected)}
    own, (read, names) = provisioners._RESOURCE_HANDLERS[_BY_ARN], drift._DRIFT_READERS[_BY_ARN]
    provisioners._RESOURCE_HANDLERS[_BY_ARN] = secrets_by_arn(own)
    drift._DRIFT_READERS[_BY_ARN] = (lambda arn, properties: read(_secret_name(arn), properties), names)
    _replace("_evaluate_conditions", evaluate_conditions)
    handlers._capabilities_enforced = lambda: True
    application._load_persisted_state = _then(application._load_persisted_state, settle)
    find_change_set = changesets._find_change_set
    changesets._find_change_set = lambda name, stack="": find_change_set(name, _stack_name(stack))


def _replace(name: str, function: Callable[..., Any]) -> None:
    """Replace a function of ministack's in every module that imported it by name."""
    for module in (engine, handlers, changesets, stacks):
        if hasattr(module, name):
            setattr(module, name, function)


def _then(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        first()
        second()

    return both


def settle() -> None:
    """Fail the operations of a saved cloud that was killed in the middle of them."""
    for stack in cloudformation._stacks._data.values():
        stack["StackStatus"] = _INTERRUPTED.get(stack["StackStatus"], stack["StackStatus"])


def guarded(
    delete: Callable[[str, Document], None], is_protected: Callable[[str], bool]
) -> Callable[[str, Document], None]:
    """Return a deletion that fails while deletion protection is on, as it does where ministack's services are called.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
    """

    def guard(physical_id: str, properties: Document) -> None:
        if is_protected(physical_id):
            raise ValueError(
                f"Cannot delete protected {physical_id}, please disable deletion protection and try again."
            )
        delete(physical_id, properties)

    return guard


def _balancer_is_protected(arn: str) -> bool:
    return {"Key": "deletion_protection.enabled", "Value": "true"} in alb._lb_attrs.get(arn, ())


_PROTECTED = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer_is_protected,
    "AWS::RDS::DBCluster": lambda name: bool(rds._clusters.get(name, {}).get("DeletionProtection")),
    "AWS::RDS::DBInstance": lambda name: bool(rds._instances.get(name, {}).get("DeletionProtection")),
}


def secrets_by_arn(own: Handler) -> Handler:
    """Return ministack's handler for secrets with their ARN as the physical id, as ``Ref`` has to answer it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
    """

    def create(*arguments: Json) -> Answer:
        _, found = own["create"](*arguments)
        return found["Id"], found

    def update(arn: str, *arguments: Json) -> Answer:
        _, found = own["update"](_secret_name(arn), *arguments)
        return found["Id"], found

    def delete(arn: str, properties: Document) -> None:
        own["delete"](_secret_name(arn), properties)

    return {**own, "create": create, "update": update, "delete": delete}


def _secret_name(arn: str) -> str:
    """Return the name of a secret: its ARN ends with the name, a hyphen and six characters."""
    return arn.rpartition(":secret:")[2].rpartition("-")[0]


def evaluate_conditions(template: Document, parameters: Document) -> dict[str, bool]:
    """Evaluate a template's conditions; any intrinsic function may stand in a comparison.

    ministack compares the text of ``Fn::FindInMap``, ``Fn::Join``, ``Fn::Sub`` and the pseudo parameters there.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
    """
    definitions, mappings = template.get("Conditions", {}), template.get("Mappings", {})
    known: dict[str, bool] = {}

    def named(name: str) -> bool:
        if name not in known:
            if name not in definitions:
                raise ValueError(f"Template format error: Unresolved condition dependency {name}")
            known[name] = holds(definitions[name])
        return known[name]

    def holds(expression: Json) -> bool:
        ((function, argument),) = expression.items()
        if function == "Condition":
            return named(argument)
        if function == "Fn::Not":
            return not holds(argument[0])
        if function in ("Fn::And", "Fn::Or"):
            return (all if function == "Fn::And" else any)([holds(part) for part in argument])
        if function == "Fn::Equals":
            left, right = (engine._resolve_refs(part, {}, parameters, {}, mappings, "", "") for part in argument)
            return bool(_comparable(left) == _comparable(right))
        raise ValueError(f"Template error: every Condition member must be a condition function, not {function}")

    return {name: named(name) for name in definitions}


def _comparable(value: Json) -> Json:
    """Return a scalar as CloudFormation compares it: as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, (dict, list)) else str(value)


def _stack_name(stack: str) -> str:
    """Return the name of the stack that a caller named by name or by id."""
    found = handlers._resolve_stack(stack) if stack.startswith("arn:") else None
    return found["StackName"] if found else stack
