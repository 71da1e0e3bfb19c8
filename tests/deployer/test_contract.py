"""What must stay true of the deployer as a whole: three places that never mix, and no write without consent."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployer.aws import stack_set_writes, writes

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deployer"

READS = ("describe_", "list_", "get_", "head_", "filter_", "detect_stack_drift")
"""How the names of calls begin that change nothing; looking for drift only writes the findings down."""

STAGING = {
    "aws/change_sets.py": {"create_change_set", "delete_change_set", "delete_stack"},
    "aws/artifacts.py": {
        "create_bucket",
        "put_bucket_encryption",
        "put_bucket_policy",
        "put_bucket_versioning",
        "put_object",
        "put_public_access_block",
    },
}
"""Calls that prepare a plan and change nothing that runs; delete_stack is for the empty shell of a change set."""

WRITERS = {"writes.py", "stack_set_writes.py"}

CONSENTS = {"Consent", "ConfirmedPlan", "ConfirmedSet"}

SERVICES = {"cloudformation", "s3", "sts", "ecs", "logs"}


def files(folder: str = "") -> list[Path]:
    found = sorted((FOLDER / folder).rglob("*.py"))
    assert found
    return found


def calls(file: Path) -> Iterator[str]:
    """Yield the name of every call on a boto3 client, ``clients.s3.put_object(...)`` or ``s3.put_object(...)``."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in SERVICES:
                yield node.func.attr


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return found | {
        f"{node.module}.{n.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for n in node.names
    }


def test_the_scan_sees_calls() -> None:
    assert "execute_change_set" in set(calls(FOLDER / "aws/writes.py"))
    assert "put_object" in set(calls(FOLDER / "aws/artifacts.py"))


@pytest.mark.parametrize(
    "file", [f for f in files() if f.name not in WRITERS], ids=lambda f: str(f.relative_to(FOLDER))
)
def test_nothing_writes_outside_its_place(file: Path) -> None:
    allowed = STAGING.get(file.relative_to(FOLDER).as_posix(), set())
    written = {name for name in calls(file) if not name.startswith(READS)}
    assert written <= allowed


@pytest.mark.parametrize(
    "write",
    [
        function
        for module in (writes, stack_set_writes)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ],
    ids=lambda write: f"{write.__module__}.{write.__name__}",
)
def test_every_write_demands_consent(write: Callable[..., object]) -> None:
    parameters = inspect.signature(write).parameters.values()
    assert any(p.annotation in CONSENTS and p.default is p.empty for p in parameters)


def test_consent_is_made_in_one_place() -> None:
    makers = [
        file.name
        for file in files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CONSENTS
    ]
    assert set(makers) == {"ask.py"}


@pytest.mark.parametrize(
    ("folder", "strangers"),
    [("decide", ("deployer.aws", "deployer.show")), ("show", ("deployer.aws",)), ("aws", ("deployer.show",))],
)
def test_calls_decisions_and_printing_do_not_mix(folder: str, strangers: tuple[str, ...]) -> None:
    found = {name for file in files(folder) for name in imported(file) if name.startswith(strangers)}
    assert found == set()


def test_importing_the_deployer_is_light() -> None:
    code = "import sys, deployer; print([n for n in ('boto3', 'botocore', 'yaml') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
