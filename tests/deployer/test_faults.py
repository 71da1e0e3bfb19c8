"""Faults injected into a real deployment: nothing is doubled, nothing lost, and the end state is right."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import deployer
from deployer import DeployError, Exit, Result
from deployer.errors import ExpiredError
from local.cloud import Cloud
from tests.deployer.local_cloud import RESOURCES, STACKS, TREE, Desk, fresh_clients, stacks_named
from tests.deployer.proxy import Fault, Proxy, hurry, proxied

pytestmark = pytest.mark.slow

TWICE = 2
"""Times that each kind of call fails before it works."""

CALLS = {
    "CreateChangeSet",
    "DeleteChangeSet",
    "DeleteStack",
    "DescribeChangeSet",
    "DescribeEvents",
    "DescribeStackDriftDetectionStatus",
    "DescribeStackEvents",
    "DescribeStackResourceDrifts",
    "DescribeStacks",
    "DetectStackDrift",
    "ExecuteChangeSet",
    "GetStackPolicy",
    "GetTemplate",
    "GetCallerIdentity",
    "ListChangeSets",
    "ListStackResources",
    "SetStackPolicy",
    "s3:DELETE bucket",
    "s3:GET ?encryption",
    "s3:GET ?policy",
    "s3:GET ?publicAccessBlock",
    "s3:GET ?versioning",
    "s3:GET ?versions",
    "s3:HEAD bucket",
    "s3:HEAD object",
    "s3:POST ?delete",
    "s3:PUT ?encryption",
    "s3:PUT ?policy",
    "s3:PUT ?publicAccessBlock",
    "s3:PUT ?versioning",
    "s3:PUT bucket",
    "s3:PUT object",
}
"""Calls that a whole life must have made, each of them at least; so that none is missed by a fault."""


@pytest.fixture
def proxy(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    hurry(monkeypatch)
    with proxied(cloud.port) as running:
        yield running


def complete(desk: Desk, status: str = "CREATE_COMPLETE") -> None:
    """Assert that the environment is there once, whole, with nothing left over."""
    found = stacks_named(direct(desk).clients(), desk.name)
    assert len(found) == len(STACKS)
    assert found[0][1] == status
    cfn = direct(desk).clients().cloudformation
    open_sets = [
        each["ChangeSetName"]
        for each in cfn.list_change_sets(StackName=f"streamflix-{desk.name}")["Summaries"]
        if each["ExecutionStatus"] not in {"EXECUTE_COMPLETE", "EXECUTE_FAILED"}
    ]
    assert open_sets == []
    ctx = direct(desk).context()
    assert deployer.plan(direct(desk).context(**hours(desk))).exit is Exit.DONE
    assert len(list(ctx.build.iterdir())) == len(TREE)


def hours(desk: Desk) -> dict[str, str]:
    """Return the parameter values that were deployed last."""
    (stack,) = direct(desk).clients().cloudformation.describe_stacks(StackName=f"streamflix-{desk.name}")["Stacks"]
    return {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"] if p["ParameterKey"] == "Hours"}


def direct(desk: Desk) -> Desk:
    """Return the same desk without a proxy in between."""
    return Desk(desk.cloud, desk.folder, desk.name)


def gone(desk: Desk) -> None:
    """Assert that nothing of the environment is left."""
    assert stacks_named(direct(desk).clients(), desk.name) == []
    buckets = direct(desk).clients().s3.list_buckets()["Buckets"]
    assert [b["Name"] for b in buckets if b["Name"] == desk.bucket] == []


@pytest.mark.parametrize("fault", [f for f in Fault if f is not Fault.EXPIRED], ids=lambda fault: fault.name.lower())
def test_every_kind_of_call_survives(fault: Fault, proxy: Proxy, cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, f"f-{fault.name.lower()}", endpoint=proxy.endpoint)
    deployer.destroy(direct(desk).context(), with_artifacts=True)
    times = 1 if fault is Fault.SLOW else TWICE
    proxy.policy = lambda _, seen: fault if seen < times else None
    assert deployer.plan(desk.context()).exit is Exit.CHANGES
    assert deployer.deploy(desk.context()).exit is Exit.DONE
    complete(desk)
    assert deployer.deploy(desk.context(Hours="48")).exit is Exit.DONE
    complete(desk, "UPDATE_COMPLETE")
    assert deployer.drift(desk.context()).exit is Exit.DONE
    assert deployer.destroy(desk.context(), with_artifacts=True).exit is Exit.DONE
    gone(desk)
    seen = {call for _, call in proxy.injected}
    assert seen >= CALLS
    assert all(count == times for count in proxy.injected.values())
    print(f"{fault.name}: {proxy.injected.total()} faults injected into {len(seen)} kinds of call")  # noqa: T201


def test_credentials_may_expire_before_any_call(proxy: Proxy, cloud: Cloud, tmp_path: Path) -> None:
    said: list[str] = []
    for number in range(1000):
        desk = Desk(cloud, tmp_path / str(number), f"e{number}", endpoint=proxy.endpoint)
        until = sum(proxy.seen.values()) + number
        proxy.policy = lambda *_, until=until: Fault.EXPIRED if sum(proxy.seen.values()) >= until else None
        try:
            result = deployer.deploy(desk.context())
        except ExpiredError as error:
            said.append(str(error))
        else:
            proxy.policy = lambda *_: None
            assert result.exit is Exit.DONE
            complete(desk)
            finish(desk)
            break
        proxy.policy = lambda *_: None
        settle(desk)
        complete(desk)
        finish(desk)
    assert [words for words in said if "sign in" not in words] == []
    assert len(said) > RESOURCES + len(STACKS)
    print(f"credentials expired at {len(said)} points")  # noqa: T201


def settle(desk: Desk) -> None:
    """Run the deployment again, as a person would after a failure."""
    assert deployer.deploy(desk.context(), wait=True).exit is Exit.DONE


def finish(desk: Desk) -> None:
    """Destroy the environment."""
    assert deployer.destroy(desk.context(), wait=True).exit is Exit.DONE
    gone(desk)


def killed(command: Callable[[deployer.Context], Result], ctx: deployer.Context, after: int) -> bool:
    """Run a command in a process that is killed before its next call after so many; return whether it was."""
    # A connection must not be shared with the child.
    ctx = replace(ctx, clients=fresh_clients(ctx.clients.cloudformation.meta.endpoint_url, ctx.region))
    counter = Counter[str]()

    def count(**_: Any) -> None:
        counter["calls"] += 1
        if counter["calls"] > after:
            os.kill(os.getpid(), 9)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child only calls and dies
        child = os.fork()
    if child == 0:
        for service in ("cloudformation", "s3", "sts"):
            getattr(ctx.clients, service).meta.events.register("before-send", count)
        try:
            os._exit(int(command(ctx).exit))
        except BaseException:
            os._exit(99)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def test_a_deployment_may_be_killed_at_any_call(cloud: Cloud, tmp_path: Path) -> None:
    kills = 0
    for number in range(1000):
        desk = Desk(cloud, tmp_path / str(number), f"k{number}")
        if not killed(deployer.deploy, desk.context(), number):
            finish(desk)
            break
        kills += 1
        settle(desk)
        complete(desk)
        finish(desk)
    assert kills > RESOURCES + len(STACKS)
    print(f"creation killed {kills} times")  # noqa: T201


def test_an_update_may_be_killed_at_any_call(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "u")
    deployer.deploy(desk.context())
    kills = 0
    for number in range(1000):
        wanted = str(25 + number)
        if not killed(deployer.deploy, desk.context(Hours=wanted), number):
            break
        kills += 1
        assert deployer.deploy(desk.context(Hours=wanted), wait=True).exit is Exit.DONE
        complete(desk, "UPDATE_COMPLETE")
        assert hours(desk) == {"Hours": wanted}
    assert kills > RESOURCES + len(STACKS)
    print(f"update killed {kills} times")  # noqa: T201
    finish(desk)


def test_a_destruction_may_be_killed_at_any_call(cloud: Cloud, tmp_path: Path) -> None:
    kills = 0
    for number in range(1000):
        desk = Desk(cloud, tmp_path / str(number), f"d{number}")
        deployer.deploy(desk.context())
        desk.clients().s3.put_object(Bucket=desk.bucket, Key="film", Body=b"x")
        if not killed(deployer.destroy, desk.context(), number):
            break
        kills += 1
        finish(desk)
    assert kills > len(STACKS)
    print(f"destruction killed {kills} times")  # noqa: T201


def test_nobody_there_to_answer_is_one_clear_error(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    desk = Desk(cloud, tmp_path, "silent", endpoint="http://127.0.0.1:9")
    with pytest.raises(DeployError, match=r"GetCallerIdentity in us-east-1: no connection .*check the network"):
        deployer.deploy(desk.context())
