"""The parts of a page that are run: what stands after a comment that says so.

``<!-- run -->`` marks commands that succeed, ``<!-- run: exit 2 -->`` commands whose last one ends so; a text block
right after them is what they say, in this order, with ``...`` for what is left out. ``<!-- write: PATH -->`` marks a
file, ``<!-- change -->`` a patch, that the reader applies with an editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STEP = re.compile(
    r"^<!-- (?P<verb>run|write|change)(?:: (?P<argument>[^\n]+))? -->\n+"
    r"```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```\n"
    r"(?:\n```text\n(?P<says>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
LANGUAGES = {"run": {"sh"}, "write": {"python", "json", "toml", "yaml"}, "change": {"diff"}}


@dataclass(frozen=True)
class Step:
    """One thing that the reader does."""

    verb: str
    argument: str
    text: str
    says: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """What the commands end with."""
        return int(self.argument.removeprefix("exit ") or 0)


def steps(page: Path) -> Iterator[Step]:
    """Give what a reader of the page does, in order."""
    for found in STEP.finditer(page.read_text(encoding="utf-8")):
        assert found["language"] in LANGUAGES[found["verb"]], f"{page.name}: {found[0]}"
        said = [" ".join(line.split()) for line in (found["says"] or "").splitlines()]
        wanted = tuple(line for line in said if line not in {"", "..."})
        yield Step(found["verb"], found["argument"] or "", found["text"], wanted)


def unsaid(wanted: tuple[str, ...], said: str) -> list[str]:
    """List the lines that were promised and not said, in this order."""
    lines = iter(" ".join(line.split()) for line in said.splitlines())
    return [line for line in wanted if line not in lines]
