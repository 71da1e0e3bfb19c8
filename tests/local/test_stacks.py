"""Trees of stacks behave as they do in a real account: made, changed, rolled back and deleted."""

from __future__ import annotations

import copy
import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import local
from tests.local.client import Client, Template
from tests.local.trees import att, messaging, nested, network, outputs, queue, ref, shop, template

pytestmark = pytest.mark.slow


def test_a_tree_three_levels_deep_is_deployed(client: Client) -> None:
    assert client.create(shop(), Stage="dev") == "CREATE_COMPLETE"
    found = client.outputs()
    assert found["VpcId"].startswith("vpc-")
    assert found["QueueArn"].endswith(":shop-dev")
    assert found["Body"].startswith("arn-aws-sqs-us-east-1")
    inner = client.stack(client.child("Inner", client.child("Messaging")))
    assert inner["ParentId"] == client.child("Messaging")
    assert inner["RootId"] == client.stack("shop")["StackId"]
    assert {stack["StackStatus"] for stack in client.cloudformation.describe_stacks()["Stacks"]} == {"CREATE_COMPLETE"}


def test_values_reach_the_services_in_the_types_of_their_schemas(client: Client) -> None:
    client.create(shop(), Stage="prod", Timeout="45")
    streams = boto3.client("kinesis", **client.arguments)
    described = streams.describe_stream_summary(StreamARN=client.outputs()["StreamArn"])
    assert described["StreamDescriptionSummary"]["OpenShardCount"] == 4
    queues = boto3.client("sqs", **client.arguments)
    url = queues.get_queue_url(QueueName="shop-prod")["QueueUrl"]
    assert queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["VisibilityTimeout"] == "45"
    streams.close()
    queues.close()


def test_every_resource_says_what_stands_behind_it(client: Client) -> None:
    client.create(shop(), Stage="dev")
    backing = {(resource.logical_id, resource.type): resource.backing for resource in local.resources(client.cloud)}
    assert backing[("Nat", "AWS::EC2::NatGateway")] == "schema"
    assert backing[("Address", "AWS::EC2::EIP")] == "schema"
    assert backing[("Queue", "AWS::SQS::Queue")] == "service"
    assert backing[("Network", "AWS::CloudFormation::Stack")] == "service"
    assert {resource.status for resource in local.resources(client.cloud)} == {"CREATE_COMPLETE"}


def test_an_update_touches_only_what_changed(client: Client) -> None:
    client.create(shop(), Stage="dev")
    before = {(it.stack, it.logical_id): it.physical_id for it in local.resources(client.cloud)}
    assert client.update(shop(), Stage="dev", Timeout="60") == "UPDATE_COMPLETE"
    after = {(it.stack, it.logical_id): it.physical_id for it in local.resources(client.cloud)}
    assert after == before
    messages = client.child("Messaging")
    inner = client.child("Inner", messages)
    assert client.events(inner)[-2:] == [("Queue", "UPDATE_COMPLETE", ""), (inner.split("/")[1], "UPDATE_COMPLETE", "")]
    assert not [event for event in client.events(messages) if event[:2] == ("Stream", "UPDATE_COMPLETE")]
    assert not [event for event in client.events(client.child("Network")) if event[1] == "UPDATE_COMPLETE"]
    assert client.resource(messages, "Stream")["ResourceStatus"] == "CREATE_COMPLETE"
    assert client.outputs()["QueueArn"].endswith(":shop-dev")


def test_an_update_without_changes_is_refused(client: Client) -> None:
    client.create(shop(), Stage="dev")
    with pytest.raises(ClientError, match="No updates are to be performed"):
        client.update(shop(), Stage="dev")


def test_a_condition_that_turns_adds_and_removes(client: Client) -> None:
    client.create(shop(), Stage="dev", WithNat="no")
    child = client.child("Network")
    assert not [event for event in client.events(child) if event[0] == "Nat"]
    assert client.update(shop(), Stage="dev", WithNat="yes") == "UPDATE_COMPLETE"
    assert [event[1] for event in client.events(child) if event[0] == "Nat"] == [
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
    ]
    assert client.outputs(child)["NatId"].startswith("nat-")
    assert client.update(shop(), Stage="dev", WithNat="no") == "UPDATE_COMPLETE"
    assert [event[1] for event in client.events(child) if event[0] == "Nat"][2:] == [
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" in [event[1] for event in client.events(child)]
    assert "NatId" not in client.outputs(child)


def test_a_changed_template_of_a_nested_stack_is_deployed(client: Client) -> None:
    client.create(shop(), Stage="dev")
    changed = shop()
    child = changed["Resources"]["Messaging"]["Properties"]["TemplateURL"]
    child["Resources"]["Extra"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "extra"}}
    assert client.update(changed, Stage="dev") == "UPDATE_COMPLETE"
    assert client.resource(client.child("Messaging"), "Extra")["ResourceStatus"] == "CREATE_COMPLETE"


def test_deleting_leaves_nothing(client: Client) -> None:
    client.create(shop(), Stage="dev")
    assert client.delete() == "DELETE_COMPLETE"
    assert local.resources(client.cloud) == []
    assert client.cloudformation.describe_stacks()["Stacks"] == []
    queues = boto3.client("sqs", **client.arguments)
    assert not queues.list_queues().get("QueueUrls")
    queues.close()


def test_termination_protection_protects(client: Client) -> None:
    client.create(shop(), Stage="dev")
    client.cloudformation.update_termination_protection(StackName="shop", EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        client.cloudformation.delete_stack(StackName="shop")


def test_a_stack_policy_is_kept(client: Client) -> None:
    client.create(shop(), Stage="dev")
    policy = '{"Statement": [{"Effect": "Deny", "Action": "Update:Replace", "Principal": "*", "Resource": "*"}]}'
    client.cloudformation.set_stack_policy(StackName="shop", StackPolicyBody=policy)
    assert client.cloudformation.get_stack_policy(StackName="shop")["StackPolicyBody"] == policy


def test_stack_tags_reach_the_resources_of_every_level(client: Client) -> None:
    request = {**client.request(shop(), Stage="dev"), "Tags": [{"Key": "Project", "Value": "shop"}]}
    client.cloudformation.create_stack(**request)
    client.settled("shop")
    queues = boto3.client("sqs", **client.arguments)
    tags = queues.list_queue_tags(QueueUrl=queues.get_queue_url(QueueName="shop-dev")["QueueUrl"])["Tags"]
    assert (tags["Project"], tags["Zone"]) == ("shop", "inner")
    queues.close()


def test_the_template_of_a_nested_stack_can_be_read_back(client: Client) -> None:
    client.create(shop(), Stage="dev")
    body: Any = client.cloudformation.get_template(StackName=client.child("Network"))["TemplateBody"]
    assert body == network()


def test_drift_of_a_nested_resource_is_found(client: Client) -> None:
    client.create(shop(), Stage="dev")
    queues = boto3.client("sqs", **client.arguments)
    url = queues.get_queue_url(QueueName="shop-dev")["QueueUrl"]
    inner = client.child("Inner", client.child("Messaging"))
    assert drift(client, inner) == "IN_SYNC"
    queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "99"})
    assert drift(client, inner) == "DRIFTED"
    queues.close()


def drift(client: Client, stack: str) -> str:
    detection = client.cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    return client.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)[
        "StackDriftStatus"
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Stage": "test"}, "AllowedValues"),
        ({"Stage": "prod", "WithNat": "no"}, "prod needs a way out"),
        ({}, "has no Default and was not provided"),
    ],
)
def test_the_root_refuses_before_anything_is_made(client: Client, parameters: dict[str, str], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        client.create(shop(), **parameters)
    assert client.cloudformation.describe_stacks()["Stacks"] == []


def test_capabilities_have_to_be_given(client: Client) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
    request = {**client.request(template({"Role": role})), "Capabilities": []}
    with pytest.raises(ClientError, match="Requires capabilities"):
        client.cloudformation.create_stack(**request)


# --- what fails, and what is left of it -----------------------------------------------------------------


def broken_queue() -> Template:
    child = queue()
    child["Resources"]["Queue"]["Properties"]["VisibilityTimeout"] = "soon"
    return child


def broken() -> Template:
    """A tree whose innermost resource cannot be made."""
    tree = shop()
    tree["Resources"]["Messaging"]["Properties"]["TemplateURL"]["Resources"]["Inner"]["Properties"]["TemplateURL"] = (
        broken_queue()
    )
    return tree


REASON = (
    "Properties validation failed for resource Queue with message:\n"
    "#/VisibilityTimeout: expected type: Integer, found: String"
)


def test_a_failure_three_levels_deep_rolls_everything_back(client: Client) -> None:
    assert client.create(broken(), Stage="dev") == "ROLLBACK_COMPLETE"
    assert local.resources(client.cloud) == []
    failed = {event[0]: event[2] for event in client.events("shop") if event[1] == "CREATE_FAILED"}
    child = failed["Messaging"].split()[2]
    assert failed["Messaging"] == (
        f"Embedded stack {child} was not successfully created: The following resource(s) failed to create: [Inner]. "
    )
    assert client.stack(child)["StackStatus"] == "DELETE_COMPLETE"
    inner = next(event[2] for event in client.events(child) if event[:2] == ("Inner", "CREATE_FAILED")).split()[2]
    assert ("Queue", "CREATE_FAILED", REASON) in client.events(inner)


def test_a_failed_creation_without_rollback_is_kept_and_can_be_deleted(client: Client) -> None:
    client.cloudformation.create_stack(**client.request(broken(), Stage="dev"), DisableRollback=True)
    assert client.settled("shop") == "CREATE_FAILED"
    assert client.resource("shop", "Messaging")["ResourceStatus"] == "CREATE_FAILED"
    assert client.stack(client.child("Messaging"))["StackStatus"] == "CREATE_FAILED"
    assert client.delete() == "DELETE_COMPLETE"
    assert client.cloudformation.describe_stacks()["Stacks"] == []


def test_a_failed_update_is_rolled_back_at_every_level(client: Client) -> None:
    client.create(shop(), Stage="dev")
    before = {(it.stack, it.logical_id): it.physical_id for it in local.resources(client.cloud)}
    assert client.update(broken(), Stage="dev", Shards="3") == "UPDATE_ROLLBACK_COMPLETE"
    assert {(it.stack, it.logical_id): it.physical_id for it in local.resources(client.cloud)} == before
    messages = client.child("Messaging")
    assert client.stack(messages)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reason = next(event[2] for event in client.events("shop") if event[:2] == ("Messaging", "UPDATE_FAILED"))
    assert reason.startswith(f"Embedded stack {messages} was not successfully updated. Currently in UPDATE_ROLLBACK")
    assert client.update(shop(), Stage="dev", Shards="3") == "UPDATE_COMPLETE"


def test_a_nested_stack_that_an_update_adds_and_fails_is_gone_after_the_rollback(client: Client) -> None:
    first = template({"Network": nested(network(), Cidr="10.0.0.0/16", WithNat="no")})
    client.create(first)
    second = copy.deepcopy(first)
    second["Resources"]["Queue"] = nested(broken_queue(), Name="x")
    assert client.update(second) == "UPDATE_ROLLBACK_COMPLETE"
    assert [stack["StackName"].split("-")[1:2] for stack in client.cloudformation.describe_stacks()["Stacks"]] == [
        [],
        ["Network"],
    ]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"Name": "x", "Shards": "99", "Timeout": "1", "SubnetIds": "a,b"}, "not greater than 9"),
        ({"Name": "x", "Shards": "1", "Timeout": "1"}, "SubnetIds"),
        ({"Name": "x", "Shards": "1", "Timeout": "1", "SubnetIds": "a,b", "Color": "red"}, r"\[Color\] do not exist"),
        ({"Name": "x", "Shards": "1", "Timeout": "1", "SubnetIds": ["a", "b"]}, "simple type"),
    ],
)
def test_parameters_of_a_nested_stack_are_checked(client: Client, parameters: dict[str, Any], reason: str) -> None:
    assert client.create(template({"Messaging": nested(messaging(), **parameters)})) == "ROLLBACK_COMPLETE"
    failures = [event[2] for event in client.events("shop") if event[:2] == ("Messaging", "CREATE_FAILED")]
    assert len(failures) == 1
    assert re.search(reason, failures[0])


def test_a_missing_template_is_said(client: Client) -> None:
    child = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://s3.amazonaws.com/templates/x"},
    }
    assert client.create(template({"Child": child})) == "ROLLBACK_COMPLETE"
    assert any("no such template" in event[2] for event in client.events("shop"))


def test_an_attribute_that_does_not_exist_fails_the_stack(client: Client) -> None:
    tree = template({"Topic": {"Type": "AWS::SNS::Topic"}}, Outputs=outputs(Wrong=att("Topic", "Colour")))
    assert client.create(tree) == "ROLLBACK_COMPLETE"
    assert any("Requested attribute Colour does not exist" in event[2] for event in client.events("shop"))


def test_an_unknown_type_is_refused(client: Client) -> None:
    with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::EC2::Nonsense\]"):
        client.create(template({"It": {"Type": "AWS::EC2::Nonsense"}}))


# --- conditions, replacement, retention -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "made"),
    [
        ({"Fn::Equals": [ref("AWS::Region"), "us-east-1"]}, True),
        ({"Fn::Equals": [{"Fn::Join": ["", ref("List")]}, "ab"]}, True),
        ({"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", ref("List")]}, ""]}]}, True),
        ({"Fn::Equals": [{"Fn::Sub": "${Word}-x"}, "w-x"]}, True),
        ({"Fn::Equals": [{"Fn::Select": [1, ref("List")]}, "a"]}, False),
        ({"Fn::And": [{"Condition": "Yes"}, {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]}]}, True),
        ({"Condition": "No"}, False),
    ],
)
def test_conditions_may_use_every_function(client: Client, condition: dict[str, Any], made: bool) -> None:
    tree = template(
        {"Topic": {"Type": "AWS::SNS::Topic", "Condition": "It"}, "Always": {"Type": "AWS::SNS::Topic"}},
        parameters={"List": "CommaDelimitedList", "Word": "String"},
        Conditions={
            "It": condition,
            "Yes": {"Fn::Equals": ["a", "a"]},
            "No": {"Fn::Equals": ["a", "b"]},
        },
    )
    assert client.create(tree, List="a,b", Word="w") == "CREATE_COMPLETE"
    assert ("Topic" in {resource.logical_id for resource in local.resources(client.cloud)}) is made


def test_a_changed_create_only_property_replaces_what_only_a_schema_stands_behind(client: Client) -> None:
    def tree(subnet: str) -> Template:
        gateway = {"Type": "AWS::EC2::NatGateway", "Properties": {"ConnectivityType": "private", "SubnetId": subnet}}
        return template({"Nat": gateway}, Outputs=outputs(Id=ref("Nat"), Eni=att("Nat", "EniId")))

    client.create(tree("subnet-1"))
    before = client.outputs()
    assert client.update(tree("subnet-2")) == "UPDATE_COMPLETE"
    after = client.outputs()
    assert after["Id"] != before["Id"]
    assert after["Eni"] != before["Eni"]
    assert ("Nat", "DELETE_COMPLETE", "") in client.events("shop")


def test_a_name_that_is_taken_is_refused(client: Client) -> None:
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": {
        "TrailName": "audit", "S3BucketName": "b", "IsLogging": "true",
    }}  # fmt: skip
    twice = template({"First": trail, "Second": {**trail, "DependsOn": "First"}})
    assert client.create(twice) == "ROLLBACK_COMPLETE"
    reason = "Resource of type 'AWS::CloudTrail::Trail' with identifier 'audit' already exists."
    assert ("Second", "CREATE_FAILED", reason) in client.events("shop")


def test_what_is_retained_outlives_the_stack(client: Client) -> None:
    child = queue()
    child["Resources"]["Queue"]["DeletionPolicy"] = "Retain"
    client.create(template({"Inner": nested(child, Name="kept")}))
    assert client.delete() == "DELETE_COMPLETE"
    queues = boto3.client("sqs", **client.arguments)
    assert queues.get_queue_url(QueueName="shop-kept")["QueueUrl"]
    queues.close()


def test_a_secret_is_known_by_its_arn_and_resolved_in_a_nested_stack(client: Client) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "word", "SecretString": "s3same"}}
    reader = template(
        {"Copy": {"Type": "AWS::SSM::Parameter", "Properties": {
            "Type": "String",
            "Value": {"Fn::Sub": "{{resolve:secretsmanager:${Arn}:SecretString}}"},
        }}},
        parameters={"Arn": "String"},
        Outputs=outputs(Value=att("Copy", "Value")),
    )  # fmt: skip
    tree = template(
        {"Secret": secret, "Reader": nested(reader, Arn=ref("Secret"))},
        Outputs=outputs(Arn=ref("Secret"), Value=att("Reader", "Outputs.Value")),
    )
    assert client.create(tree) == "CREATE_COMPLETE"
    assert client.outputs()["Arn"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:word-")
    assert client.outputs()["Value"] == "s3same"
    assert drift(client, "shop") == "IN_SYNC"
    changed = copy.deepcopy(tree)
    changed["Resources"]["Secret"]["Properties"]["Description"] = "a word"
    assert client.update(changed) == "UPDATE_COMPLETE"
    assert client.delete() == "DELETE_COMPLETE"
    secrets = boto3.client("secretsmanager", **client.arguments)
    assert secrets.list_secrets()["SecretList"] == []
    secrets.close()


def test_regions_are_apart(client: Client) -> None:
    client.create(shop(), Stage="dev")
    elsewhere = boto3.client("cloudformation", **{**client.arguments, "region_name": "eu-west-1"})
    assert elsewhere.describe_stacks()["Stacks"] == []
    elsewhere.close()
