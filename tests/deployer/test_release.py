"""Letting go of what outlives its stack."""

from __future__ import annotations

import json
from typing import Any

from deployer.decide.release import policies, released
from deployer.decide.templates import package

STACK = "AWS::CloudFormation::Stack"
TREE: dict[str, dict[str, Any]] = {
    "": {"Resources": {"Data": {"Type": STACK, "Properties": {"TemplateURL": "https://s3/b/old", "Parameters": {}}}}},
    "Data": {
        "Resources": {
            "Stream": {"Type": "AWS::Kinesis::Stream", "DeletionPolicy": "RetainExceptOnCreate", "Metadata": {"A": 1}},
            "Cluster": {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Snapshot"},
            "Topic": {"Type": "AWS::SNS::Topic"},
        },
        "Outputs": {"A": {"Value": "1"}},
    },
}


def test_what_was_retained_is_deleted_and_snapshots_are_still_taken() -> None:
    source = released(TREE)
    assert source is not None
    assert policies(source.tree) == {
        "Data": "Delete",
        "Data/Stream": "Delete",
        "Data/Cluster": "Snapshot",
        "Data/Topic": "Delete",
    }
    resources = source.tree["Data"]["Resources"]
    assert resources["Stream"]["Metadata"].keys() == {"A", "Released"}
    assert resources["Topic"] == TREE["Data"]["Resources"]["Topic"]
    assert source.tree["Data"]["Outputs"] == TREE["Data"]["Outputs"]


def test_the_released_tree_can_be_packed() -> None:
    source = released(TREE)
    assert source is not None
    child, root = package(source, lambda key: f"https://s3/{key}").artifacts
    assert json.loads(root.body)["Resources"]["Data"]["Properties"]["TemplateURL"] == f"https://s3/{child.key}"


def test_where_nothing_is_retained_there_is_nothing_to_let_go() -> None:
    source = released(TREE)
    assert source is not None
    assert released(source.tree) is None
    assert released({}) is None


def test_the_tree_that_was_given_is_left_alone() -> None:
    before = json.dumps(TREE)
    released(TREE)
    assert json.dumps(TREE) == before
