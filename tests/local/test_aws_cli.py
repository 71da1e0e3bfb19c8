"""The real ``aws`` command deploys to the cloud. It lives in an environment of its own, as the cloud does."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

import local
from builder.assemble import build
from templates import TIERS
from tests.local.client import Client, Template
from tests.local.trees import shop

pytestmark = pytest.mark.slow

LOCK = Path(__file__).parent / "aws-cli.txt"


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python that the ``aws`` command runs in."""
    return local.ensure(LOCK, local.HOME, print)


def aws(cloud: local.Cloud, python: Path, *arguments: str) -> str:
    """Run the ``aws`` command against the cloud; return what it printed."""
    command = [str(python), "-m", "awscli", *arguments]
    if "deploy" in arguments:
        time.sleep(1.1)  # it names a change set after the second, and the cloud is quicker than that
    finished = subprocess.run(command, env=cloud.environ(os.environ), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def write(folder: Path, tree: Template, name: str = "root.json") -> str:
    """Write a tree of templates as files that name one another; return the root's name."""
    resources: dict[str, Any] = {}
    for logical_id, resource in tree["Resources"].items():
        resources[logical_id] = resource
        child = resource.get("Properties", {}).get("TemplateURL")
        if isinstance(child, dict):
            url = write(folder, child, f"{logical_id.lower()}.json")
            resources[logical_id] = {**resource, "Properties": {**resource["Properties"], "TemplateURL": url}}
    (folder / name).write_text(json.dumps({**tree, "Resources": resources}))
    return name


def test_package_and_deploy_then_nothing_then_a_change(client: Client, python: Path, tmp_path: Path) -> None:
    write(tmp_path, shop())
    packaged = str(tmp_path / "packaged.json")
    source = ["--template-file", str(tmp_path / "root.json"), "--s3-bucket", "templates", "--use-json"]
    aws(client.cloud, python, "cloudformation", "package", *source, "--output-template-file", packaged)
    deploy = ["cloudformation", "deploy", "--stack-name", "shop", "--template-file", packaged]
    deploy += ["--capabilities", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND", "--no-fail-on-empty-changeset"]
    created = aws(client.cloud, python, *deploy, "--parameter-overrides", "Stage=dev", "--tags", "Project=shop")
    assert "Successfully created/updated stack - shop" in created
    assert {stack["StackStatus"] for stack in client.cloudformation.describe_stacks()["Stacks"]} == {"CREATE_COMPLETE"}
    again = aws(client.cloud, python, *deploy, "--parameter-overrides", "Stage=dev", "--tags", "Project=shop")
    assert "No changes to deploy. Stack shop is up to date" in again
    aws(client.cloud, python, *deploy, "--parameter-overrides", "Timeout=60", "--tags", "Project=shop")
    statuses = {it.logical_id: it.status for it in local.resources(client.cloud)}
    assert (statuses["Queue"], statuses["Vpc"]) == ("UPDATE_COMPLETE", "CREATE_COMPLETE")
    stack = json.loads(aws(client.cloud, python, "cloudformation", "describe-stacks", "--stack-name", "shop"))
    assert stack["Stacks"][0]["Outputs"]
    aws(client.cloud, python, "cloudformation", "delete-stack", "--stack-name", "shop")
    aws(client.cloud, python, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "shop")
    assert local.resources(client.cloud) == []


def test_the_platform_deploys_with_nothing_but_the_aws_command(client: Client, python: Path, tmp_path: Path) -> None:
    build(tmp_path)
    packaged = str(tmp_path / "packaged.yaml")
    source = ["--template-file", str(tmp_path / "root.json"), "--s3-bucket", "templates"]
    aws(client.cloud, python, "cloudformation", "package", *source, "--output-template-file", packaged)
    deploy = ["cloudformation", "deploy", "--stack-name", "streamflix-dev", "--template-file", packaged]
    deploy += ["--s3-bucket", "templates"]  # as YAML, with every list on lines of its own, the root is too long inline
    deploy += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-fail-on-empty-changeset"]
    deploy += ["--parameter-overrides", f"file://{tmp_path}/environments/dev/cli-v1.json"]
    aws(client.cloud, python, *deploy)
    stacks = {it["StackName"]: it["StackStatus"] for it in client.cloudformation.describe_stacks()["Stacks"]}
    assert len(stacks) == len(TIERS) + 1
    assert set(stacks.values()) == {"CREATE_COMPLETE"}
    assert "No changes to deploy" in aws(client.cloud, python, *deploy)
