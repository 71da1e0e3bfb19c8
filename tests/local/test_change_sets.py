"""Change sets see into nested stacks, and say what the real ones say."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.client import Client
from tests.local.trees import att, nested, outputs, queue, ref, shop, template

pytestmark = pytest.mark.slow


def changes(change_set: Any) -> dict[str, Any]:
    return {change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in change_set["Changes"]}


def below(client: Client, change_set: Any, logical_id: str) -> Any:
    """Return the nested change set of one nested stack."""
    return client.described(changes(change_set)[logical_id]["ChangeSetId"])


def test_a_new_tree_is_listed_to_the_last_level(client: Client) -> None:
    root = client.change_set(shop(), "CREATE", Stage="dev", WithNat="no")
    assert root["Status"] == "CREATE_COMPLETE"
    assert {name: change["Action"] for name, change in changes(root).items()} == {"Messaging": "Add", "Network": "Add"}
    assert changes(below(client, root, "Network")).keys() == {"Vpc", "First", "Second"}
    messaging = below(client, root, "Messaging")
    inner = below(client, messaging, "Inner")
    assert changes(inner).keys() == {"Queue"}
    assert (inner["ParentChangeSetId"], inner["RootChangeSetId"]) == (messaging["ChangeSetId"], root["ChangeSetId"])


def test_what_the_change_set_announced_is_what_is_made(client: Client) -> None:
    root = client.change_set(shop(), "CREATE", Stage="dev")
    announced = below(client, root, "Network")["StackId"]
    client.cloudformation.execute_change_set(ChangeSetName=root["ChangeSetId"])
    assert client.settled("shop") == "CREATE_COMPLETE"
    assert client.child("Network") == announced


def test_only_what_changes_is_listed_with_its_values(client: Client) -> None:
    client.create(shop(), Stage="dev")
    root = client.change_set(shop(), Stage="dev", Timeout="60")
    assert changes(root).keys() == {"Messaging"}
    messaging = below(client, root, "Messaging")
    assert changes(messaging).keys() == {"Inner"}
    queue_change = changes(below(client, messaging, "Inner"))["Queue"]
    assert (queue_change["Action"], queue_change["Replacement"]) == ("Modify", "False")
    target = queue_change["Details"][0]["Target"]
    assert (target["Path"], target["BeforeValue"], target["AfterValue"]) == (
        "/Properties/VisibilityTimeout",
        "30",
        "60",
    )
    assert client.settled("shop") == "CREATE_COMPLETE"


def test_a_replacement_and_what_follows_from_it_are_told(client: Client) -> None:
    client.create(shop(), Stage="dev")
    root = client.change_set(shop(), Stage="prod")
    network = changes(below(client, root, "Network"))
    assert network["Vpc"]["Replacement"] == "True"
    subnet = {detail["Target"]["Name"]: detail["Target"] for detail in network["First"]["Details"]}
    assert subnet["VpcId"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"
    inner = below(client, below(client, root, "Messaging"), "Inner")
    assert changes(inner)["Queue"]["Replacement"] == "True"


def test_what_a_sibling_will_put_out_is_foreseen(client: Client) -> None:
    speaker = template(
        {"Topic": {"Type": "AWS::SNS::Topic"}, "Other": {"Type": "AWS::SNS::Topic", "Condition": "Two"}},
        parameters={"Count": "Number"},
        Conditions={"Two": {"Fn::Equals": [ref("Count"), "2"]}},
        Outputs=outputs(Topics={"Fn::Join": [",", [ref("Topic"), {"Fn::If": ["Two", ref("Other"), "none"]}]]}),
    )
    listener = template(
        {"Note": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": ref("Topics")}}},
        parameters={"Topics": "String"},
    )
    tree = template(
        {
            "Speaker": nested(speaker, Count=ref("Count")),
            "Listener": nested(listener, Topics=att("Speaker", "Outputs.Topics")),
        },
        parameters={"Count": "Number"},
    )
    client.create(tree, Count="1")
    topic = client.resource(client.child("Speaker"), "Topic")["PhysicalResourceId"]
    note = changes(below(client, client.change_set(tree, Count="2"), "Listener"))["Note"]
    target = note["Details"][0]["Target"]
    assert target["BeforeValue"] == f"{topic},none"
    assert target["AfterValue"] == f"{topic},{{{{changeSet:KNOWN_AFTER_APPLY}}}}"


def test_conditions_decide_what_is_added_and_removed(client: Client) -> None:
    client.create(shop(), Stage="dev", WithNat="no")
    added = below(client, client.change_set(shop(), Stage="dev", WithNat="yes"), "Network")
    assert {name: change["Action"] for name, change in changes(added).items()} == {"Address": "Add", "Nat": "Add"}
    client.update(shop(), Stage="dev", WithNat="yes")
    removed = below(client, client.change_set(shop(), Stage="dev", WithNat="no"), "Network")
    assert {name: change["Action"] for name, change in changes(removed).items()} == {
        "Address": "Remove",
        "Nat": "Remove",
    }


def test_a_nested_stack_that_goes_takes_its_resources_along(client: Client) -> None:
    both = template({"One": nested(queue(), Name="one"), "Two": nested(queue(), Name="two")})
    client.create(both)
    one = template({"One": both["Resources"]["One"]})
    root = client.change_set(one)
    assert {name: change["Action"] for name, change in changes(root).items()} == {"Two": "Remove"}
    assert changes(below(client, root, "Two"))["Queue"]["Action"] == "Remove"
    client.cloudformation.execute_change_set(ChangeSetName=root["ChangeSetId"])
    assert client.settled("shop", until="UPDATE_") == "UPDATE_COMPLETE"
    assert [stack["StackName"].count("Two") for stack in client.cloudformation.describe_stacks()["Stacks"]] == [0, 0]


def test_nothing_to_change_fails_the_change_set(client: Client) -> None:
    client.create(shop(), Stage="dev")
    change_set = client.change_set(shop(), Stage="dev")
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in change_set["StatusReason"]


def test_a_nested_change_set_that_fails_fails_the_root(client: Client) -> None:
    tree = shop()
    tree["Resources"]["Messaging"]["Properties"]["Parameters"]["Shards"] = "99"
    tree["Resources"]["Messaging"]["Properties"]["Parameters"]["SubnetIds"] = "a,b"
    root = client.change_set(tree, "CREATE", Stage="dev")
    assert (root["Status"], root["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    child = changes(root)["Messaging"]["ChangeSetId"]
    assert root["StatusReason"] == f"Nested change set {child} was not successfully created: Currently in FAILED."
    assert "not greater than 9" in client.described(child)["StatusReason"]


def test_deleting_a_change_set_deletes_those_below_it(client: Client) -> None:
    client.create(shop(), Stage="dev")
    root = client.change_set(shop(), Stage="dev", Timeout="60")
    child = changes(root)["Messaging"]["ChangeSetId"]
    client.cloudformation.delete_change_set(ChangeSetName=root["ChangeSetId"])
    with pytest.raises(ClientError, match="does not exist"):
        client.described(child)


def test_stack_tags_alone_are_a_change_of_tags(client: Client) -> None:
    client.create(shop(), Stage="dev")
    request = {**client.request(shop(), Stage="dev"), "Tags": [{"Key": "Project", "Value": "shop"}]}
    created = client.cloudformation.create_change_set(**request, ChangeSetName="tags", IncludeNestedStacks=True)
    inner = below(client, below(client, client.described(created["Id"]), "Messaging"), "Inner")
    assert changes(inner)["Queue"]["Scope"] == ["Tags"]


def test_a_change_set_is_found_by_the_id_of_its_stack(client: Client) -> None:
    client.create(shop(), Stage="dev")
    named = client.change_set(shop(), Stage="dev", Timeout="60")
    found = client.cloudformation.describe_change_set(ChangeSetName=named["ChangeSetName"], StackName=named["StackId"])
    assert found["ChangeSetId"] == named["ChangeSetId"]


def test_a_changed_output_alone_is_deployed(client: Client) -> None:
    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    client.create(template(topic, Outputs=outputs(One=ref("Topic"))))
    assert client.update(template(topic, Outputs=outputs(Two=ref("Topic")))) == "UPDATE_COMPLETE"
    assert client.outputs().keys() == {"Two"}
