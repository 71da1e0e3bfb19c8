"""The example files for CI: valid by their published schemas, gated as templates, and every command in them exists."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import build

REPOSITORY = Path(__file__).parent.parent.parent
EXAMPLES = REPOSITORY / "examples" / "ci"
WORKFLOWS = {
    "github-actions.yml": ["--builtin-schema", "vendor.github-workflows"],
    "git-sync.yml": ["--builtin-schema", "vendor.github-workflows"],
    "gitlab-ci.yml": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}
"""What checks each; check-jsonschema brings the schemas with it."""

POLICY = "arn:aws:iam::aws:policy/PowerUserAccess"
TEMPLATES = {
    "github-role.yaml": {"Repository": "streamflix/platform", "Environment": "dev", "PolicyArns": POLICY},
    "gitlab-role.yaml": {"Project": "streamflix/platform", "Branch": "main", "PolicyArns": POLICY},
    "codepipeline.yaml": {
        "Environment": "dev",
        "Repository": "streamflix/platform",
        "ConnectionArn": "arn:aws:codeconnections:eu-west-2:123456789012:"
        "connection/0a1b2c3d-0000-0000-0000-000000000000",
        "DeploymentRoleArn": "arn:aws:iam::123456789012:role/deploy",
    },
}


def check(name: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", *WORKFLOWS[name], str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_example_is_checked_and_explained() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == WORKFLOWS.keys() | TEMPLATES.keys()
    page = (REPOSITORY / "docs" / "how-to" / "run-in-ci.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.iterdir() if f"examples/ci/{path.name}" not in page] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_follows_its_published_schema(name: str) -> None:
    done = check(name, EXAMPLES / name)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("github-actions.yml", "runs-on:", "run-on:"), ("gitlab-ci.yml", "when: manual", "when: by-hand")],
)
def test_a_workflow_that_does_not_is_noticed(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / name).write_text(text.replace(right, wrong), encoding="utf-8")
    assert check(name, tmp_path / name).returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_passes_the_gate(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = tmp_path / "values.json"
    values.write_text(json.dumps({"Parameters": TEMPLATES[name]}), encoding="utf-8")
    command = ["lint", "--tree", str(EXAMPLES), "--root", name, "--parameters", str(values), "--region", "eu-west-2"]
    assert build.main(command) == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_command_in_it_parses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"build\.py ([^#\n|&>]+)", text):
        words = re.sub(r'\$\{\{[^}]*\}\}|"?\$\w+"?', "dev", line).split()
        assert build._parser().parse_args(words).run


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(SystemExit):
        build._parser().parse_args(["deploy", "dev", "--at-once"])


def scripts(name: str) -> list[str]:
    workflow: dict[str, Any] = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("name", ["github-actions.yml", "git-sync.yml"])
def test_a_workflow_puts_no_value_of_others_into_a_script(name: str) -> None:
    """What others can write (a title, a branch) becomes a variable, never part of a script.

    https://docs.github.com/en/actions/reference/security/secure-use
    """
    named = {name for script in scripts(name) for name in re.findall(r"\$\{\{ *([\w.]+)", script)}
    assert named <= {"matrix.environment"}
