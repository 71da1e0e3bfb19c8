"""What a change does to a resource, and which changes need to be allowed by name."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from deployer.decide import changes, plans, stateful
from deployer.decide.changes import Effect
from deployer.model import STACK_TYPE, Change, Detail

STATIC = Detail(name="Engine", recreation="Always", evaluation="Static")
DYNAMIC = Detail(name="KmsKeyId", recreation="Always", evaluation="Dynamic", cause="Security.Outputs.KeyArn")
HARMLESS = Detail(name="Tags", recreation="Never", evaluation="Static")


def change(action: str = "Modify", **more: Any) -> Change:
    known: dict[str, Any] = {"stack_path": "Database", "logical_id": "Cluster", "type": "AWS::RDS::DBCluster"}
    return Change(action=action, **{**known, **more})


@pytest.mark.parametrize(
    ("given", "effect"),
    [
        (change("Add"), Effect.ADDED),
        (change("Import"), Effect.ADDED),
        (change("Remove", policy_action="Snapshot"), Effect.REMOVED),
        (change(replacement="False", details=(HARMLESS,)), Effect.CHANGED),
        (change(replacement="True", details=(STATIC,)), Effect.REPLACED),
        (change(replacement="True", details=(STATIC, DYNAMIC)), Effect.REPLACED),
        (change(replacement="True", details=(DYNAMIC, HARMLESS)), Effect.POSSIBLY_REPLACED),
        (change(replacement="True"), Effect.REPLACED),
        (change(replacement="Conditional", details=(STATIC,)), Effect.POSSIBLY_REPLACED),
        (change(replacement="False", policy_action="ReplaceAndDelete"), Effect.REPLACED),
        (change(replacement="True", policy_action="ReplaceAndRetain", details=(DYNAMIC,)), Effect.POSSIBLY_REPLACED),
        (change("Dynamic"), Effect.CHANGED),
    ],
)
def test_effects(given: Change, effect: Effect) -> None:
    assert changes.effect(given) is effect


def test_only_certain_losses_of_data_need_consent() -> None:
    replaced = change(replacement="True", details=(STATIC,))
    possible = change(logical_id="Maybe", replacement="True", details=(DYNAMIC,))
    removed = change("Remove", logical_id="Gone")
    stateless = change(logical_id="Rule", type="AWS::EC2::SecurityGroup", replacement="True")
    added = change("Add", logical_id="New")
    assert changes.needs_consent([replaced, possible, removed, stateless, added]) == [replaced, removed]


def test_what_was_allowed_by_name_is_not_forbidden() -> None:
    replaced = change(replacement="True", details=(STATIC,))
    assert plans.forbidden([replaced], {"Database/Cluster"}) == []
    assert plans.forbidden([replaced], {"Database/Other"}) == [replaced]
    assert plans.unused([replaced], {"Database/Cluster", "Database/Other"}) == ["Database/Other"]


def test_data_comes_first_then_the_gravest() -> None:
    given = [
        change("Add", stack_path="A", logical_id="A", type="AWS::EC2::VPC"),
        change("Remove", stack_path="Z", logical_id="Z", type="AWS::EC2::VPC"),
        change(stack_path="Y", logical_id="Y", replacement="False"),
        change("Remove", stack_path="X", logical_id="X"),
        change(stack_path="", logical_id="X", type=STACK_TYPE),
    ]
    assert [each.path for each in changes.ordered(given)] == ["X/X", "Y/Y", "Z/Z", "A/A"]


def test_totals_leave_nested_stacks_out() -> None:
    given = [change("Add"), change("Add", type=STACK_TYPE), change("Remove")]
    assert changes.totals(given) == changes.Totals(added=1, changed=0, possible=0, replaced=0, removed=1)


@pytest.mark.parametrize(
    ("policy_action", "words"),
    [("ReplaceAndSnapshot", "snapshot"), ("Retain", "kept"), ("Delete", "deleted"), ("", "deleted unless")],
)
def test_the_fate_of_data_is_told(policy_action: str, words: str) -> None:
    assert words in changes.fate(change("Remove", policy_action=policy_action))


def test_a_possible_replacement_names_what_it_hangs_on() -> None:
    assert changes.why_possible(change(details=(DYNAMIC,))) == "only if Security.Outputs.KeyArn changes"


def test_the_stateful_types_hold_all_that_cfn_lint_knows() -> None:
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "data" / "AdditionalSpecs" / "StatefulResources.json"
    known = set(json.loads(file.read_text(encoding="utf-8"))["ResourceTypes"])
    assert known - {STACK_TYPE} <= stateful.STATEFUL


TYPES = {
    "Database/Cluster": "AWS::RDS::DBCluster",
    "Database/Writer": "AWS::RDS::DBInstance",
    "Database/Group": "AWS::RDS::DBSubnetGroup",
    "Storage/Deep/Files": "AWS::EFS::FileSystem",
    "Topic": "AWS::SNS::Topic",
}


def test_a_stack_policy_keeps_what_holds_data_in_that_stack() -> None:
    assert stateful.keepers(TYPES, "Database") == ["Cluster", "Writer"]
    assert stateful.keepers(TYPES, "") == []
    assert stateful.policy([], "") is None
    document = stateful.policy(["Cluster", "Writer"], "Database")
    assert document is not None
    allow, deny = json.loads(document)["Statement"]
    assert (allow["Effect"], deny["Effect"]) == ("Allow", "Deny")
    assert deny["Action"] == ["Update:Replace", "Update:Delete"]
    assert deny["Resource"] == ["LogicalResourceId/Cluster", "LogicalResourceId/Writer"]


def test_a_lifted_resource_leaves_the_others_kept() -> None:
    document = stateful.policy(["Cluster", "Writer"], "Database", {"Database/Cluster", "Other/Writer"})
    assert document is not None
    assert json.loads(document)["Statement"][1]["Resource"] == ["LogicalResourceId/Writer"]
    alone = stateful.policy(["Cluster"], "Database", {"Database/Cluster"})
    assert alone is not None
    assert [each["Effect"] for each in json.loads(alone)["Statement"]] == ["Allow"]


def test_policies_are_compared_by_what_they_say() -> None:
    document = stateful.policy(["Cluster"], "Database")
    assert document is not None
    assert stateful.same_policy(document, json.dumps(json.loads(document), indent=4))
    assert not stateful.same_policy(document, None)
    assert stateful.same_policy(None, None)
