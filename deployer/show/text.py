"""Every message as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer import messages as m
from deployer.exits import Exit
from deployer.show.failure import failure_lines, rejected_lines
from deployer.show.outputs import outputs_text
from deployer.show.plan import plan_lines
from deployer.show.stack_sets import set_lines
from deployer.show.style import BOLD, GREEN, RED, YELLOW, plural

if TYPE_CHECKING:
    from deployer.show.style import Style


def lines(message: m.Message, style: Style, form: str = "text") -> list[str]:
    """Return a message as lines; ``form`` is the format of outputs. A Standing has none: see ``standing``."""
    match message:
        case m.Note(text):
            return [text]
        case m.Planned(plan):
            return plan_lines(plan, style)
        case m.Rejected():
            return rejected_lines(message, style)
        case m.Happened():
            # A nested stack speaks for itself; its parent only repeats it.
            echo = message.event.nested_id and not message.event.status.endswith("_FAILED")
            return [] if echo else [_happened(message, style)]
        case m.Failed():
            return failure_lines(message, style)
        case m.Overview():
            return _overview(message, style)
        case m.Outputs(values):
            return outputs_text(values, form).splitlines()
        case m.DriftFound():
            return _drift(message, style)
        case m.Logged(time, group, stream, text):
            return [f"{time:%Y-%m-%d %H:%M:%S} {group} {stream} {text}"]
        case m.SetPlanned() | m.InstanceMoved() | m.SetOverview():
            return set_lines(message, style)
        case m.Ended(code, summary):
            return [style.paint(summary, _colour(code))]
        case _:
            return []


def _colour(code: Exit) -> str:
    return {Exit.DONE: GREEN, Exit.CHANGES: YELLOW, Exit.INTERRUPTED: YELLOW}.get(code, RED)


def _happened(message: m.Happened, style: Style) -> str:
    event = message.event
    failed = event.status.endswith("_FAILED")
    status = style.paint(event.status, RED) if failed else event.status
    reason = f"  {' '.join(event.reason.split())}" if event.reason and (failed or event.of_stack) else ""
    return f"{event.time:%H:%M:%S} {status} {message.path or event.logical_id}  {event.type}{reason}"


def _overview(message: m.Overview, style: Style) -> list[str]:
    stack = message.stack
    found = [f"{style.paint(stack.name, BOLD)}  {stack.status}: {message.why}"]
    if stack.reason:
        found.append(f"  {stack.reason}")
    found += [f"  {path}  {status}" for path, status in message.stacks]
    found += [f"  {style.paint('x', RED)} {r.path}  {r.type}  {r.status}" for r in message.unhealthy]
    found.append(f"  termination protection {'on' if stack.protected else 'off'}")
    if message.cure:
        found.append(f"  Next    {style.paint(message.cure, BOLD)}")
    return found


def _drift(message: m.DriftFound, style: Style) -> list[str]:
    found = [f"{plural(message.checked, 'stack')} checked, {plural(len(message.drifted), 'resource')} drifted"]
    for each in message.drifted:
        found.append(f"  {style.paint(each.status, RED)} {each.path}  {each.type}  {each.physical_id}")
        found += [f"      {d.property_path}: {d.expected} -> {d.actual}" for d in each.differences]
    return found
