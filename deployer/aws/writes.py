"""Every call that changes what runs. Each function takes a Consent, and works on the consent's stack and no other.

A call that was made already, by a try whose answer was lost, counts as made: tokens say what they are for.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.errors import AlreadyError, DeployError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

    from deployer.aws.clients import Clients
    from deployer.consent import ConfirmedPlan, Consent


def _token(*parts: str) -> str:
    return "streamflix-" + hashlib.sha256(" ".join(parts).encode()).hexdigest()[:40]


def execute(clients: Clients, confirmed: ConfirmedPlan) -> None:
    """Start the deployment of a confirmed plan. A failure rolls it back, and takes what it created with it.

    Raises DeployError if the stack has been changed since the plan was made.
    """
    change_set_id = confirmed.plan.change_set_id
    try:
        with translated("ExecuteChangeSet", clients.region):
            clients.cloudformation.execute_change_set(
                ChangeSetName=change_set_id,
                ClientRequestToken=_token("execute", change_set_id),
                DisableRollback=False,
                RetainExceptOnCreate=True,
            )
    except AlreadyError:
        # Either it was begun by a try whose answer was lost, or it cannot be executed any more.
        with translated("DescribeChangeSet", clients.region):
            found = clients.cloudformation.describe_change_set(ChangeSetName=change_set_id)
        if not found["ExecutionStatus"].startswith("EXECUTE_"):
            message = (
                f"the stack has changed since the plan was made ({found['ExecutionStatus']}); run the command again"
            )
            raise DeployError(message) from None


def delete(clients: Clients, consent: Consent, *, force: bool = False, attempt: str = "") -> None:
    """Start to delete the stack; ``force``, from DELETE_FAILED only, leaves behind what cannot be deleted.

    ``attempt`` tells a new deletion, after a failed one, from a repetition of the same.
    """
    mode = "FORCE_DELETE_STACK" if force else "STANDARD"
    with suppress(AlreadyError), translated("DeleteStack", clients.region):
        clients.cloudformation.delete_stack(
            StackName=consent.stack_id,
            ClientRequestToken=_token("delete", consent.stack_id, mode, attempt),
            DeletionMode="FORCE_DELETE_STACK" if force else "STANDARD",
        )


def cancel(clients: Clients, consent: Consent) -> None:
    """Stop a running update; CloudFormation then undoes it."""
    with translated("CancelUpdateStack", clients.region):
        clients.cloudformation.cancel_update_stack(StackName=consent.stack_id)


def continue_rollback(clients: Clients, consent: Consent, skip: Sequence[str]) -> None:
    """Go on with a rollback that is stuck; ``skip`` names resources to leave as they are, ``NestedStack.LogicalId``."""
    with translated("ContinueUpdateRollback", clients.region):
        clients.cloudformation.continue_update_rollback(StackName=consent.stack_id, ResourcesToSkip=list(skip))


def roll_back(clients: Clients, consent: Consent) -> None:
    """Undo a failed operation whose rollback was switched off."""
    with translated("RollbackStack", clients.region):
        clients.cloudformation.rollback_stack(StackName=consent.stack_id, RetainExceptOnCreate=True)


def protect(clients: Clients, consent: Consent) -> None:
    """Switch termination protection on."""
    with translated("UpdateTerminationProtection", clients.region):
        clients.cloudformation.update_termination_protection(
            StackName=consent.stack_id, EnableTerminationProtection=True
        )


def set_policy(clients: Clients, consent: Consent, nested_id: str, document: str) -> None:
    """Set the stack policy of the consent's stack, or of the stack nested in it that has this id."""
    stack_id = nested_id or consent.stack_id
    with translated("SetStackPolicy", clients.region):
        clients.cloudformation.set_stack_policy(StackName=stack_id, StackPolicyBody=document)


def empty_bucket(clients: Clients, consent: Consent, bucket: str) -> int:
    """Delete every object, version and delete marker of a bucket of the consent's stack; return how many.

    A bucket that is gone already has none.
    """
    del consent
    gone = 0
    with suppress(NotFoundError), translated(f"DeleteObjects ({bucket})", clients.region):
        for page in clients.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if found:
                doomed: list[ObjectIdentifierTypeDef] = [
                    {"Key": item["Key"], "VersionId": item["VersionId"]} for item in found
                ]
                clients.s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
                gone += len(doomed)
    return gone


def delete_bucket(clients: Clients, consent: Consent, bucket: str) -> None:
    """Delete an empty bucket; one that is gone already is fine."""
    del consent
    with suppress(NotFoundError), translated(f"DeleteBucket ({bucket})", clients.region):
        clients.s3.delete_bucket(Bucket=bucket)
