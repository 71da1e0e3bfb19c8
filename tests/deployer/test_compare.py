"""The offline plan: two trees compared."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployer.decide.changes import Effect, effect, ordered
from deployer.decide.compare import Side, compare

STACK = "AWS::CloudFormation::Stack"
FIXED = {"AWS::RDS::DBCluster": {"/properties/Engine", "/properties/KmsKeyId"}, "AWS::KMS::Key": {"/properties/Spec"}}

TREE: dict[str, Any] = {
    "": {
        "Parameters": {"Size": {"Type": "Number", "Default": 1}, "Name": {"Type": "String", "Default": "dev"}},
        "Conditions": {"Big": {"Fn::Equals": [{"Ref": "Size"}, 9]}, "Bigger": {"Fn::Not": [{"Condition": "Big"}]}},
        "Resources": {
            "Security": {"Type": STACK, "Properties": {"TemplateURL": "s.json"}},
            "Data": {
                "Type": STACK,
                "Properties": {
                    "TemplateURL": "d.json",
                    "Parameters": {
                        "Size": {"Ref": "Size"},
                        "Key": {"Fn::GetAtt": ["Security", "Outputs.KeyArn"]},
                    },
                },
            },
            "Spare": {"Type": "AWS::SNS::Topic", "Condition": "Bigger"},
        },
    },
    "Security": {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"Spec": "A"}}}},
    "Data": {
        "Parameters": {"Size": {"Type": "Number"}, "Key": {"Type": "String"}},
        "Resources": {
            "Cluster": {
                "Type": "AWS::RDS::DBCluster",
                "DeletionPolicy": "Snapshot",
                "UpdateReplacePolicy": "Snapshot",
                "Properties": {"Engine": "pg", "KmsKeyId": {"Ref": "Key"}, "Capacity": {"Fn::Sub": "${Size}.5"}},
            },
        },
    },
}


def changed(*edits: tuple[str, list[str], object]) -> dict[str, Any]:
    """Return the tree with values put at (stack, keys), or taken out where the value is None."""
    tree = copy.deepcopy(TREE)
    for stack, keys, value in edits:
        node = tree.setdefault(stack, {})
        for key in keys[:-1]:
            node = node.setdefault(key, {})
        if value is None:
            del node[keys[-1]]
        else:
            node[keys[-1]] = value
    return tree


def result(after: dict[str, Any], parameters: dict[str, str] | None = None) -> dict[str, Effect]:
    found = compare(Side(TREE, {}), Side(after, parameters or {}), lambda kind: FIXED.get(kind, set()))
    return {change.path: effect(change) for change in ordered(found)}


CLUSTER = ["Resources", "Cluster", "Properties"]


@pytest.mark.parametrize(
    ("after", "parameters", "expected"),
    [
        (TREE, {}, {}),
        (changed(("Data", [*CLUSTER, "Engine"], "mysql")), {}, {"Data/Cluster": Effect.REPLACED}),
        (changed(("Data", [*CLUSTER, "Backup"], 7)), {}, {"Data/Cluster": Effect.CHANGED}),
        (changed(("Data", ["Resources", "Cluster"], None)), {}, {"Data/Cluster": Effect.REMOVED}),
        (changed(("Data", ["Resources", "New"], {"Type": "AWS::SNS::Topic"})), {}, {"Data/New": Effect.ADDED}),
        (TREE, {"Size": "2"}, {"Data/Cluster": Effect.CHANGED, "Spare": Effect.CHANGED}),
        (TREE, {"Name": "prod"}, {}),
        (
            changed(("Data", ["Resources", "Cluster", "Type"], "AWS::RDS::DBInstance")),
            {},
            {"Data/Cluster": Effect.REPLACED},
        ),
        (
            changed(("", ["Resources", "Data", "Properties", "Parameters", "Key"], {"Ref": "Name"})),
            {},
            {"Data/Cluster": Effect.POSSIBLY_REPLACED},
        ),
        (
            changed(("", ["Resources", "Security"], None), ("Security", ["Resources"], None)),
            {},
            {"Security": Effect.REMOVED, "Security/Key": Effect.REMOVED},
        ),
    ],
)
def test_predictions(after: dict[str, Any], parameters: dict[str, str], expected: dict[str, Effect]) -> None:
    assert result(after, parameters) == expected


def test_what_reads_a_replaced_resource_may_be_replaced_too() -> None:
    reader = {"Type": "AWS::RDS::DBCluster", "Properties": {"KmsKeyId": {"Ref": "Zebra"}}}
    zebra = {"Type": "AWS::KMS::Key", "Properties": {"Spec": "A"}}
    before = {"": {"Resources": {"Ape": reader, "Zebra": zebra}}}
    after = {"": {"Resources": {"Ape": reader, "Zebra": {**zebra, "Properties": {"Spec": "B"}}}}}
    found = compare(Side(before, {}), Side(after, {}), lambda kind: FIXED.get(kind, set()))
    assert {c.path: effect(c) for c in found} == {"Ape": Effect.POSSIBLY_REPLACED, "Zebra": Effect.REPLACED}


def test_a_removal_says_what_becomes_of_the_data() -> None:
    after = changed(("Data", ["Resources", "Cluster"], None))
    (change,) = compare(Side(TREE, {}), Side(after, {}), lambda _: ())
    assert change.policy_action == "Snapshot"


def test_before_and_after_are_shown() -> None:
    after = changed(("Data", [*CLUSTER, "Engine"], {"Ref": "Size"}))
    (change,) = compare(Side(TREE, {}), Side(after, {}), lambda _: ())
    assert [(d.name, d.before, d.after) for d in change.details] == [("Engine", "pg", '{"Ref": "Size"}')]


def test_everything_is_new_against_nothing() -> None:
    found = compare(Side({}, {}), Side(TREE, {}), lambda _: ())
    assert {effect(change) for change in found} == {Effect.ADDED}
    assert {change.path for change in found} >= {"Security/Key", "Data/Cluster", "Spare"}


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3) | st.just({"Ref": "Size"}) | st.just({"Fn::If": ["Big", 1, 2]}),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "Fn::Sub", "Ref"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["Engine", "KmsKeyId", "Other"]), values))
def test_a_tree_never_differs_from_itself(properties: dict[str, Any]) -> None:
    tree = changed(("Data", CLUSTER, properties))
    assert compare(Side(tree, {}), Side(tree, {}), lambda kind: FIXED.get(kind, set())) == []
