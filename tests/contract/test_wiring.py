"""What holds for every tier, whatever it makes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from builder.render import load, render
from builder.text import pretty
from kit.interface import has_knobs, pascal
from kit.nest import WiringError, names_read
from kit.scope import Scope
from kit.template import Template
from templates import TIERS
from tests.templates.rendering import rendered

REPOSITORY = Path(__file__).parent.parent.parent
STACKS = {title: stack["Properties"] for title, stack in rendered()["root"]["Resources"].items()}
INSPECTABLE = 51_200
"""Bytes of a template that every tool can take inline.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


def interfaces() -> dict[type, str]:
    """Give every knob and output class, with its tier."""
    found: dict[type, str] = {Scope: "environment"}
    for tier in load():
        for hint in get_type_hints(tier.build).values():
            if isinstance(hint, type) and hint is not Template and hint.__module__ == f"templates.{tier.name}":
                found[hint] = tier.name
    return found


FIELDS = [(cls, f) for cls in interfaces() for f in fields(cls)]
IDS = [f"{interfaces()[cls]}.{f.name}" for cls, f in FIELDS]


@pytest.mark.parametrize("tier", TIERS)
def test_a_child_declares_exactly_what_the_root_passes(tier: str) -> None:
    assert STACKS[pascal(tier)].get("Parameters", {}).keys() == rendered()[tier].get("Parameters", {}).keys()


@pytest.mark.parametrize("tier", TIERS)
def test_every_wire_ends_at_a_declared_output(tier: str) -> None:
    for source in STACKS[pascal(tier)].get("Parameters", {}).values():
        if "Fn::GetAtt" in source:
            producer, output = source["Fn::GetAtt"]
            child = next(name for name in TIERS if pascal(name) == producer)
            assert output.removeprefix("Outputs.") in rendered()[child]["Outputs"]


@pytest.mark.parametrize(("cls", "f"), FIELDS, ids=IDS)
def test_every_knob_and_output_is_described(cls: type, f: Any) -> None:
    said = (f.metadata.get("knob") or f.metadata["out"])["Description"]
    assert len(said.split()) > 1
    assert said.endswith(".")


@pytest.mark.parametrize(("cls", "f"), FIELDS, ids=IDS)
def test_every_knob_and_output_is_used(cls: type, f: Any) -> None:
    name = pascal(f.name)
    passed = [value for stack in STACKS.values() for value in stack.get("Parameters", {}).values()]
    if has_knobs(cls):
        assert {"Ref": name} in passed or cls is Scope
    else:
        assert f.metadata["root"] or {"Fn::GetAtt": [cls.__name__, f"Outputs.{name}"]} in passed


def test_every_root_parameter_reaches_a_tier_or_a_rule() -> None:
    root = rendered()["root"]
    assert set(root["Parameters"]) <= set(names_read([root["Resources"], root.get("Rules", {})]))


def test_every_root_parameter_is_grouped_and_labelled() -> None:
    root = rendered()["root"]
    shown = root["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in shown["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(root["Parameters"])
    assert shown["ParameterLabels"].keys() == root["Parameters"].keys()


@pytest.mark.parametrize("name", ["root", *TIERS])
def test_templates_are_small_enough_for_every_tool(name: str) -> None:
    assert len(pretty(rendered()[name])) < INSPECTABLE
    assert len(rendered()[name]["Resources"]) < 100


def test_the_platform_is_whole() -> None:
    assert sum(len(template["Resources"]) for template in rendered().values()) >= 150


@pytest.mark.parametrize("gone", TIERS)
def test_removing_a_tier_says_what_still_needs_it(gone: str) -> None:
    left = [name for name in TIERS if name != gone]
    users = [
        tier.name
        for tier in load()
        if any(
            isinstance(cls, type) and cls.__module__ == f"templates.{gone}"
            for cls in get_type_hints(tier.build).values()
        )
        and tier.name != gone
    ]
    if not users:
        render(left)
        return
    with pytest.raises(WiringError) as caught:
        render(left)
    assert str(caught.value).startswith(f"tier {users[0]}: needs ")
    assert f"list {gone!r} before {users[0]!r} in TIERS" in str(caught.value)


NEW_TIER = '''
"""Archive tier: what a new tier needs is this file and one word in TIERS."""

from troposphere import s3

from kit.interface import interface, out
from kit.scope import Scope
from kit.template import Template
from kit.values import Name
from templates.security import Security


@interface
class Archive:
    bucket: Name = out("Bucket of the archive.", root=True)


def build(t: Template, scope: Scope, security: Security) -> Archive:
    rule = s3.ServerSideEncryptionRule(
        ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(
            SSEAlgorithm="aws:kms", KMSMasterKeyID=security.key_arn
        )
    )
    encryption = s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule])
    bucket = t.add_resource(s3.Bucket("Archive", BucketEncryption=encryption, Tags=scope.name_tag("archive")))
    return Archive(bucket=Name(bucket.ref()))
'''


def test_adding_a_tier_is_one_file_and_one_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import templates

    (tmp_path / "archive.py").write_text(NEW_TIER.lstrip(), encoding="utf-8")
    monkeypatch.setattr(templates, "__path__", [*templates.__path__, str(tmp_path)])
    try:
        built = {name: template.body for name, template in render((*TIERS, "archive")).items()}
    finally:
        sys.modules.pop("templates.archive", None)
    stack = built["root"]["Resources"]["Archive"]["Properties"]
    assert stack["TemplateURL"] == "archive.json"
    assert stack["Parameters"] == {
        "Environment": {"Ref": "Environment"},
        "SecurityKeyArn": {"Fn::GetAtt": ["Security", "Outputs.KeyArn"]},
    }
    assert "ArchiveBucket" in built["root"]["Outputs"]
    assert {name: built[name] for name in TIERS} == {name: rendered()[name] for name in TIERS}


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    def build(out: Path, seed: str) -> dict[str, bytes]:
        subprocess.run(
            [sys.executable, "build.py", "build", "--out", str(out)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        return {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}

    assert build(tmp_path / "one", "1") == build(tmp_path / "two", "2")
