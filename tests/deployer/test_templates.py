"""Reading a built tree and packing it for upload."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deployer.decide import templates
from deployer.errors import DeployError
from deployer.exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

LEAF = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}


def stack(url: object) -> dict[str, object]:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}


def write(folder: Path, **files: object) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        root={"Resources": {"Outer": stack("outer.json"), "Far": stack("https://s3.amazonaws.com/b/k")}},
        outer={"Resources": {"Inner": stack("inner.json"), "Topic": {"Type": "AWS::SNS::Topic"}}},
        inner=LEAF,
    )


def url(key: str) -> str:
    return f"https://s3.eu-west-2.amazonaws.com/bucket/{key}"


def test_a_tree_is_read_by_stack_path(folder: Path) -> None:
    source = templates.read(folder)
    assert source.files == {"": "root.json", "Outer": "outer.json", "Outer/Inner": "inner.json"}
    assert templates.resource_types(source.tree)["Outer/Inner/Queue"] == "AWS::SQS::Queue"


def test_children_are_packed_before_their_parents(folder: Path) -> None:
    package = templates.package(templates.read(folder), url)
    inner, outer, root = package.artifacts
    assert json.loads(inner.body) == LEAF
    assert json.loads(outer.body)["Resources"]["Inner"]["Properties"]["TemplateURL"] == url(inner.key)
    resources = json.loads(root.body)["Resources"]
    assert resources["Outer"]["Properties"]["TemplateURL"] == url(outer.key)
    assert resources["Far"]["Properties"]["TemplateURL"] == "https://s3.amazonaws.com/b/k"
    assert package.root_url == url(root.key)


def test_a_change_in_a_leaf_changes_the_root(folder: Path) -> None:
    before = templates.package(templates.read(folder), url)
    assert templates.package(templates.read(folder), url) == before
    write(folder, inner={"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}}}})
    after = templates.package(templates.read(folder), url)
    assert after.root_url != before.root_url
    assert {a.key for a in after.artifacts}.isdisjoint(a.key for a in before.artifacts)


def test_one_template_used_twice_is_uploaded_once(tmp_path: Path) -> None:
    write(tmp_path, root={"Resources": {"A": stack("leaf.json"), "B": stack("leaf.json")}}, leaf=LEAF)
    assert len(templates.package(templates.read(tmp_path), url).artifacts) == 2


def test_yaml_with_short_tags_is_read(tmp_path: Path) -> None:
    write(
        tmp_path, root="Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub 'a-${B}'\n"
    )
    tree = templates.read(tmp_path).tree
    assert tree[""]["Resources"]["A"]["Properties"]["QueueName"] == {"Fn::Sub": "a-${B}"}


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ("Resources: {A: [", "neither JSON nor YAML"),
        ("[1, 2]", "must be an object"),
        ({"Resources": {"A": stack("missing.json")}}, r"missing\.json: cannot read.*nested stack A"),
        ({"Resources": {"A": stack("root.json")}}, r"contain each other: root\.json -> root\.json"),
    ],
)
def test_a_broken_tree_is_one_clear_error(tmp_path: Path, root: object, words: str) -> None:
    write(tmp_path, root=root)
    with pytest.raises(DeployError, match=words) as caught:
        templates.read(tmp_path)
    assert caught.value.exit is Exit.VALIDATION


def test_parameters_take_their_default_where_none_is_given() -> None:
    declared = {"A": {"Type": "String", "Default": "1"}, "B": {"Type": "String"}, "D": {"Type": "Number", "Default": 4}}
    assert templates.values({"Parameters": declared}, {"B": "2", "C": "3"}) == {"A": "1", "B": "2", "D": "4"}
