"""Package: the built templates in the artifact bucket, under names made from their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.aws import artifacts
from deployer.decide import checks, templates
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.messages import Note

if TYPE_CHECKING:
    from deployer.context import Context
    from deployer.decide.templates import Source


@dataclass(frozen=True)
class Published:
    """Where the root template is, and how many templates were new and were there already."""

    root_url: str
    bucket: str
    uploaded: int
    reused: int


def package(ctx: Context) -> Result:
    """Upload what is new of the built templates; creates the artifact bucket if a person agrees."""
    checks.account(ctx.environment, ctx.clients.account)
    done = publish(ctx, templates.read(ctx.build))
    summary = f"{done.root_url} ({done.uploaded} uploaded, {done.reused} there already)"
    return Result(Exit.DONE, summary, {"root_url": done.root_url, "bucket": done.bucket, "uploaded": done.uploaded})


def bucket_of(ctx: Context) -> str:
    """Return the name of the bucket that holds the environment's templates."""
    account = ctx.clients.account
    if ctx.environment.stack_set:
        return artifacts.shared_bucket_name(account, ctx.region, ctx.environment.name)
    return artifacts.bucket_name(account, ctx.region)


def publish(ctx: Context, source: Source) -> Published:
    """Upload a tree; nothing that is there is overwritten or deleted, for a rollback may need it."""
    readers = ctx.environment.stack_set.accounts if ctx.environment.stack_set else ()
    bucket = bucket_of(ctx)
    if not artifacts.exists(ctx.clients, bucket):
        if not ctx.person.agree(f"Create the artifact bucket {bucket}?"):
            message = f"templates need the artifact bucket {bucket}, and it does not exist"
            raise DeployError(message)
        artifacts.create(ctx.clients, bucket)
        ctx.tell(Note(f"Created the artifact bucket {bucket}."))
    repaired = artifacts.secure(ctx.clients, bucket, readers)
    if repaired:
        ctx.tell(Note(f"Set on {bucket}: {', '.join(repaired)}."))
    packed = templates.package(source, lambda key: ctx.clients.object_url(bucket, key))
    uploaded = artifacts.upload(ctx.clients, bucket, packed.artifacts)
    return Published(packed.root_url, bucket, len(uploaded), len(packed.artifacts) - len(uploaded))
