"""Where an operation stands, made from recorded events."""

from __future__ import annotations

from deployer.decide import progress
from tests.deployer.recordings import events, recorded


def test_a_finished_creation() -> None:
    data = recorded("nested_failure")
    state = progress.progress(data["root"], events(data), {"Network": 1, "Platform/Database": 5})
    assert state is not None
    assert [branch.path for branch in state.branches] == ["", "Cache", "Network", "Platform", "Platform/Database"]
    totals = {branch.path: branch.total for branch in state.branches}
    assert (totals["Network"], totals["Platform/Database"], totals["Cache"]) == (1, 5, None)
    assert state.branches[0].status == "ROLLBACK_COMPLETE"


def test_what_is_waited_for_is_what_has_not_ended() -> None:
    data = recorded("ecs_never_settles")
    everything = events(data)
    (compute,) = [stack for stack in everything if "Compute" in stack]
    early = {
        stack: [e for e in known if e.time < everything[compute][-1].time.replace(hour=12)]
        for stack, known in everything.items()
    }
    state = progress.progress(data["root"], early, {})
    assert state is not None
    (item,) = state.running
    assert (item.path, item.action, item.seconds) == ("Compute/WorkerService", "create", None)
    assert {branch.path: branch.done for branch in state.branches} == {"": 0, "Compute": 1, "Storage": 1}


def test_only_successes_are_measured() -> None:
    data = recorded("ecs_never_settles")
    state = progress.progress(data["root"], events(data), {})
    assert state is not None
    measured = progress.measured(state)
    assert ("AWS::ECS::Cluster", "create", 7) in measured
    assert all(kind != "AWS::ECS::Service" for kind, _, _ in measured)


def test_an_update_and_its_undoing_are_timed_apart() -> None:
    data = recorded("rollback_fails")
    state = progress.progress(data["root"], events(data), {})
    assert state is not None
    (worker,) = [item for item in state.items if item.path == "Compute/WorkerService"]
    assert worker.status == "UPDATE_COMPLETE"
    assert worker.seconds == 0


def test_nothing_is_nothing() -> None:
    assert progress.progress("arn", {}, {}) is None
