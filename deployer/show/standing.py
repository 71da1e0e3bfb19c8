"""A running operation as text: the live tree, and the one line for where there is no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.show.style import BLUE, BOLD, DIM, GREEN, RED, clock

if TYPE_CHECKING:
    from deployer.decide.progress import Branch, Item
    from deployer.messages import Standing
    from deployer.show.style import Style

ING = {"create": "creating", "update": "updating", "delete": "deleting"}


def tree_lines(standing: Standing, style: Style, height: int) -> list[str]:
    """Return the live tree, in at most ``height`` lines: every stack, and below it what runs or has failed."""
    state = standing.progress
    elapsed = clock((standing.now - state.started).total_seconds())
    done = sum(branch.done for branch in state.branches)
    status = state.branches[0].status
    head = (
        style.paint(f"{standing.stack} {standing.region}", BOLD)
        + f"  {status}  {elapsed}  {_count(done, _all(standing))}"
    )
    lines = [head]
    for branch in state.branches:
        if branch.path:
            lines.append(_branch(branch, style))
        for item in branch.items:
            if item.failed or item.ended is None:
                lines += _item(item, standing, style)
    if len(lines) <= height:
        return lines
    hidden = len(lines) - height + 1
    return [*lines[: height - 1], style.paint(f"  ... {hidden} more lines", DIM)]


def _all(standing: Standing) -> int | None:
    totals = [branch.total for branch in standing.progress.branches if branch.total is not None]
    return sum(totals) if totals else None


def _count(done: int, total: int | None) -> str:
    return f"{done} done" if total is None else f"{done}/{total}"


def _branch(branch: Branch, style: Style) -> str:
    indent = "  " * (branch.path.count("/") + 1)
    mark, colour = _mark(branch.status)
    name = branch.path.rpartition("/")[2]
    return f"{indent}{style.paint(mark, colour)} {name}  {branch.status}  {_count(branch.done, branch.total)}"


def _mark(status: str) -> tuple[str, str]:
    if status.endswith("_FAILED"):
        return "x", RED
    if status.endswith("_COMPLETE"):
        return "v", GREEN
    return ">", BLUE


def _item(item: Item, standing: Standing, style: Style) -> list[str]:
    indent = "  " * (item.path.count("/") + 1)
    name = item.path.rpartition("/")[2]
    if item.failed:
        return [f"{indent}{style.paint('x', RED)} {name}  {item.status}  {item.reason}"]
    hints = [f"{indent}    {hint}" for hint in standing.hints.get(item.path, ())]
    return [f"{indent}{style.paint('>', BLUE)} {name}  {style.paint(item.type, DIM)}  {_time(item, standing)}", *hints]


def _time(item: Item, standing: Standing) -> str:
    elapsed = clock((standing.now - item.started).total_seconds())
    return f"{ING.get(item.action, item.action)} {elapsed} of about {clock(standing.expected.get(item.path, 0))}"


def waiting_line(standing: Standing) -> str:
    """Return one line that says how far the operation is and what it waits for."""
    state = standing.progress
    done = sum(branch.done for branch in state.branches)
    longest = [f"{item.path} ({_time(item, standing)})" for item in state.running[:2]]
    more = f" and {len(state.running) - 2} more" if len(state.running) > 2 else ""  # noqa: PLR2004 - as sliced above
    what = f"; waiting for {', '.join(longest)}{more}" if longest else ""
    hints = "".join(f"; {hint}" for item in state.running for hint in standing.hints.get(item.path, ())[:1])
    return f"{standing.now:%H:%M:%S} {_count(done, _all(standing))}{what}{hints}"
