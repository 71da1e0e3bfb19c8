"""The rendered templates, whole: so that a review shows what a change makes of every stack.

Logical ids and outputs are a contract with deployed stacks; an intended change is accepted with
``tox run -e goldens`` and a line in CHANGELOG.md.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.text import pretty
from templates import TIERS
from tests.templates.conftest import Evaluate
from tests.templates.rendering import rendered
from views.permissions import as_text_table, rows

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.mark.parametrize("name", ["root", *TIERS])
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    file = GOLDEN / f"{name}.json"
    if request.config.getoption("--update-goldens"):
        file.write_text(pretty(rendered()[name]) + "\n", encoding="utf-8")
    assert rendered()[name] == json.loads(file.read_text(encoding="utf-8"))


def test_permissions_do_not_widen_unseen(platform: Evaluate, request: pytest.FixtureRequest) -> None:
    table = as_text_table(rows(platform(NatMode="per-zone", ZoneCount="3"))) + "\n"
    file = GOLDEN / "permissions.txt"
    if request.config.getoption("--update-goldens"):
        file.write_text(table, encoding="utf-8")
    assert table == file.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == {"root", *TIERS}
