"""When resources are created: CloudFormation's rules, and the bound without stacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from gate.tree import Tree, load_tree
from kit.durations import OTHERWISE
from views.timeline import CircleError, Timeline, timeline
from views.timeline.needs import needs
from views.timeline.schedule import STACK_BEGINS, STACK_ENDS

Load = Callable[..., Tree]
KEY, ALIAS, QUEUE, TOPIC = 122, 62, 72, 4
"""What the table says of these types, in seconds."""


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(root: str, parameters: Mapping[str, str] | None = None, **children: str) -> Tree:
        for name, text in {"root": root, **children}.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_tree(tmp_path / "root.yaml", parameters=parameters or {})

    return load


def times(made: Timeline) -> dict[str, tuple[int, int]]:
    return {step.path: (step.start, step.end) for step in made.steps}


ALONE = """
Parameters:
  Wanted: {Type: String, Default: "no"}
Conditions:
  Second: !Equals [!Ref Wanted, "yes"]
Resources:
  Key: {Type: AWS::KMS::Key}
  Topic: {Type: AWS::SNS::Topic}
  Referring: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !GetAtt Key.Arn}}
  Named: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub "for ${Topic}"}}
  Told: {Type: AWS::SNS::Topic, DependsOn: [Named, Optional]}
  Optional: {Type: AWS::KMS::Key, Condition: Second}
"""


def test_a_resource_begins_when_what_it_refers_to_or_depends_on_is_done(load: Load) -> None:
    made = timeline(load(ALONE))
    assert times(made) == {
        "Key": (0, KEY),
        "Topic": (0, TOPIC),
        "Referring": (KEY, KEY + QUEUE),
        "Named": (TOPIC, 2 * TOPIC),
        "Told": (2 * TOPIC, 3 * TOPIC),
    }
    assert made.expected_seconds == made.bound_seconds == KEY + QUEUE
    assert [step.path for step in made.critical_path] == ["Key", "Referring"]
    assert made.ratio == 1


def test_what_a_condition_switches_on_is_waited_for(load: Load) -> None:
    made = timeline(load(ALONE, {"Wanted": "yes"}))
    assert times(made)["Told"] == (KEY, KEY + TOPIC)
    assert [step.path for step in made.bound_path] == ["Key", "Referring"]


STACKS = """
Resources:
  Keys: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: keys.yaml}}
  Queues:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: queues.yaml, Parameters: {Key: !GetAtt Keys.Outputs.Arn}}
  Last: {Type: AWS::CloudFormation::Stack, DependsOn: Queues, Properties: {TemplateURL: last.yaml}}
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Queues.Outputs.Name}}
"""
KEYS = """
Resources:
  Key: {Type: AWS::KMS::Key}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/one, TargetKeyId: !Ref Key}}
Outputs:
  Arn: {Value: !GetAtt Key.Arn}
"""
QUEUES = """
Parameters:
  Key: {Type: String}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref Key}}
Outputs:
  Name: {Value: constant}
"""
LAST = "Resources: {Topic: {Type: AWS::SNS::Topic}}"


def test_a_reader_of_an_output_waits_for_the_whole_stack(load: Load) -> None:
    made = timeline(load(STACKS, keys=KEYS, queues=QUEUES, last=LAST))
    keys = STACK_BEGINS + KEY + ALIAS + STACK_ENDS
    queues = keys + STACK_BEGINS + QUEUE + STACK_ENDS
    assert times(made) == {
        "Keys/Key": (STACK_BEGINS, STACK_BEGINS + KEY),
        "Keys/Alias": (STACK_BEGINS + KEY, STACK_BEGINS + KEY + ALIAS),
        "Queues/Queue": (keys + STACK_BEGINS, keys + STACK_BEGINS + QUEUE),
        "Last/Topic": (queues + STACK_BEGINS, queues + STACK_BEGINS + TOPIC),
        "Topic": (queues, queues + TOPIC),
    }
    assert [(span.stack, span.start, span.end) for span in made.stacks] == [
        ("Keys", 0, keys),
        ("Queues", keys, queues),
        ("Last", queues, queues + STACK_BEGINS + TOPIC + STACK_ENDS),
    ]
    assert made.expected_seconds == queues + STACK_BEGINS + TOPIC + STACK_ENDS


def test_the_bound_has_no_stacks_to_wait_for(load: Load) -> None:
    tree = load(STACKS, keys=KEYS, queues=QUEUES, last=LAST)
    assert needs(tree) == {
        "root/Keys.Key": frozenset(),
        "root/Keys.Alias": {"root/Keys.Key"},
        "root/Queues.Queue": {"root/Keys.Key"},
        "root/Last.Topic": frozenset(),
        "root.Topic": frozenset(),
    }
    made = timeline(tree)
    assert made.bound_seconds == KEY + QUEUE
    assert [(step.path, step.start, step.end) for step in made.bound_path] == [
        ("Keys/Key", 0, KEY),
        ("Queues/Queue", KEY, KEY + QUEUE),
    ]


def test_that_a_whole_stack_is_depended_on_is_no_need(load: Load) -> None:
    root = """
Resources:
  Keys: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: keys.yaml}}
  Told: {Type: AWS::SNS::Topic, DependsOn: Keys}
  Named: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Keys}}
"""
    tree = load(root, keys=KEYS)
    assert needs(tree)["root.Told"] == needs(tree)["root.Named"] == frozenset()
    made = timeline(tree)
    assert times(made)["Told"][0] == times(made)["Named"][0] == STACK_BEGINS + KEY + ALIAS + STACK_ENDS
    assert made.bound_seconds == KEY + ALIAS


def test_stacks_nest(load: Load) -> None:
    outer = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Inner: {Type: AWS::CloudFormation::Stack, DependsOn: Topic, Properties: {TemplateURL: last.yaml}}
"""
    root = "Resources: {Outer: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: outer.yaml}}}"
    made = timeline(load(root, outer=outer, last=LAST))
    begins = STACK_BEGINS + TOPIC + STACK_BEGINS
    assert times(made) == {
        "Outer/Topic": (STACK_BEGINS, STACK_BEGINS + TOPIC),
        "Outer/Inner/Topic": (begins, begins + TOPIC),
    }
    assert made.expected_seconds == begins + TOPIC + 2 * STACK_ENDS
    assert made.bound_seconds == TOPIC


def test_recorded_deployments_and_unknown_types(load: Load) -> None:
    tree = load("Resources: {Key: {Type: AWS::KMS::Key}, Own: {Type: Our::Own::Thing}}")
    assert times(timeline(tree, {"AWS::KMS::Key": {"create": [10, 30, 20]}})) == {"Key": (0, 20), "Own": (0, OTHERWISE)}


def test_an_empty_tree_takes_no_time(load: Load) -> None:
    never = "{Conditions: {Never: !Equals [a, b]}, Resources: {Key: {Type: AWS::KMS::Key, Condition: Never}}}"
    made = timeline(load(never))
    assert (made.expected_seconds, made.bound_seconds, made.ratio, made.critical_path) == (0, 0, 1.0, ())


def test_a_circle_is_named(load: Load) -> None:
    tree = load("Resources: {A: {Type: AWS::SNS::Topic, DependsOn: B}, B: {Type: AWS::SNS::Topic, DependsOn: A}}")
    with pytest.raises(CircleError, match=r"root\.\w -> root\.\w -> root\.\w: these wait for each other"):
        timeline(tree)


def test_plain_data_names_stack_and_logical_id(load: Load) -> None:
    data = timeline(load(STACKS, keys=KEYS, queues=QUEUES, last=LAST)).to_dict()
    assert json.loads(json.dumps(data)) == data
    path = data["critical_path"]
    assert isinstance(path, list)
    assert path[0] == {"stack": "Keys", "id": "Key", "type": "AWS::KMS::Key", "start": 5, "end": 127}
    assert all(one["end"] <= other["start"] for one, other in pairwise(path))
    resources = data["resources"]
    assert isinstance(resources, list)
    assert {each["id"] for each in resources if each["critical"]} == {each["id"] for each in path}


SERVICE = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Elsewhere: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Attached:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}
  Address: {Type: AWS::EC2::EIP}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref Elsewhere, AllocationId: !GetAtt Address.AllocationId}}
  Route:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
  Endpoint: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-2.s3}}
  Cluster: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql}}
  Writer: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref Cluster}}
  Cache: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {ReplicationGroupId: films}}
  OtherCluster: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql}}
  OtherWriter: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref OtherCluster}}
  Files: {Type: AWS::EFS::FileSystem}
  Target: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: !Ref Files, SubnetId: !Ref Subnet}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Environment:
            - {Name: DATABASE_HOST, Value: !GetAtt Cluster.Endpoint.Address}
            - {Name: CACHE_NAME, Value: films}
      Volumes: [{EFSVolumeConfiguration: {FilesystemId: !Ref Files}}]
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref Subnet]}}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {VpcId: !Ref Vpc}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [!Ref Subnet]}}
      LoadBalancers: [{TargetGroupArn: !Ref Targets}]
"""


def test_a_service_needs_what_its_tasks_connect_to_whether_or_not_a_reference_says_so(load: Load) -> None:
    tree = load(SERVICE)
    referred = {"Task", "Subnet", "Targets"}
    used = {"Cluster", "Writer", "Cache", "Target", "Attached", "Route", "Endpoint", "Listener"}
    assert needs(tree)["root.Service"] == {f"root.{name}" for name in referred | used}
    made = timeline(tree)
    at = times(made)
    assert at["Service"][0] == at["Writer"][1]
    assert [step.path for step in made.bound_path] == ["Cluster", "Writer", "Service"]


def test_a_service_without_any_of_it_needs_its_task_only(load: Load) -> None:
    tree = load(
        "Resources: {Task: {Type: AWS::ECS::TaskDefinition},"
        " Service: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task}}}"
    )
    assert needs(tree)["root.Service"] == {"root.Task"}


def test_a_service_counts_from_when_the_stack_with_its_database_has_it(load: Load) -> None:
    """CloudFormation would begin it at once; it is stable only when the database answers."""
    root = """
Resources:
  Cluster: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql}}
  Data:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: data.yaml, Parameters: {Cluster: !Ref Cluster}}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {Family: !GetAtt Cluster.Endpoint.Address}}
  Service: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task}}
"""
    data = """
Parameters: {Cluster: {Type: String}}
Resources: {Writer: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref Cluster}}}
"""
    made = timeline(load(root, data=data))
    assert times(made)["Service"][0] == times(made)["Data/Writer"][1]
    assert made.bound_seconds == made.expected_seconds - STACK_BEGINS
