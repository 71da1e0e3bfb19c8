"""What diagrams say of a tree, as plain pictures, before anything is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.tree import Tree
from tests.gate.rules.cases import tree_of
from tests.views.layouts import overlap
from views.diagram import data, inside, network, stacks
from views.diagram.mermaid import mermaid
from views.diagram.picture import Edge, Node, Picture
from views.diagram.traffic import flows

TREE = {
    "root.yaml": """
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: net.yaml}
  Store:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: store.yaml
      Parameters: {Subnets: !GetAtt Net.Outputs.DataSubnets, Group: !GetAtt Net.Outputs.StoreGroup}
  Work:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: work.yaml
      Parameters:
        Subnets: !GetAtt Net.Outputs.DataSubnets
        Group: !GetAtt Net.Outputs.WorkGroup
        Host: !GetAtt Store.Outputs.Host
        Both: !Sub "${Store.Outputs.Host}"
  Off:
    Type: AWS::CloudFormation::Stack
    Condition: Never
    Properties: {TemplateURL: work.yaml, Parameters: {Subnets: !GetAtt Net.Outputs.DataSubnets, Group: g, Host: h}}
Conditions: {Never: !Equals [a, b]}
""",
    "net.yaml": """
Description: "Net tier: where all of it is."
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  DataA:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a}
  DataB:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1b}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Join: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref DataA, RouteTableId: !Ref Table}}
  Way:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1}
  StoreGroup: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: d}}
  WorkGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: d
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
  In:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !Ref StoreGroup
      SourceSecurityGroupId: !Ref WorkGroup
      IpProtocol: tcp
      FromPort: 5432
      ToPort: 5432
Outputs:
  DataSubnets: {Value: !Join [",", [!Ref DataA, !Ref DataB]]}
  StoreGroup: {Value: !Ref StoreGroup}
  WorkGroup: {Value: !Ref WorkGroup}
""",
    "store.yaml": """
Parameters: {Subnets: {Type: CommaDelimitedList}, Group: {Type: String}}
Resources:
  Places: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: !Ref Subnets, DBSubnetGroupDescription: d}}
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-postgresql, DBSubnetGroupName: !Ref Places, VpcSecurityGroupIds: [!Ref Group]}
  One: {Type: AWS::RDS::DBInstance, Properties: {Engine: aurora-postgresql, DBClusterIdentifier: !Ref Cluster}}
Outputs:
  Host: {Value: !GetAtt Cluster.Endpoint.Address}
""",
    "work.yaml": """
Parameters:
  Subnets: {Type: CommaDelimitedList}
  Group: {Type: String}
  Host: {Type: String}
  Both: {Type: String, Default: ""}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Unused: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "*"}}
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: {Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}}
  Code:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment: {Variables: {HOST: !Ref Host, QUEUE: !Ref Queue}}
      VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [!Ref Group]}
  FirstAlarm: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: n, Value: !Ref Code}]}}
  SecondAlarm: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: n, Value: !Ref Code}]}}
""",
}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return tree_of(TREE, tmp_path)


def node(picture: Picture, name: str) -> Node:
    (found,) = [each for each in picture.nodes if each.id == name]
    return found


def ends(picture: Picture, kind: str) -> set[tuple[str, str, str]]:
    found = [(edge.source, edge.target, edge.label) for edge in picture.edges if edge.kind == kind]
    assert len(found) == len(set(found))
    return set(found)


def test_stacks_that_are_switched_off_are_not_drawn(tree: Tree) -> None:
    assert [each.id for each in stacks.picture(tree, "x").nodes] == ["Net", "Store", "Work"]
    assert stacks.picture(tree, "x").nodes[0].lines == ("where all of it is.", "9 resources")


def test_an_output_counts_once_for_each_stack_that_takes_it(tree: Tree) -> None:
    assert [(over.giver, over.output, over.taker) for over in stacks.hand_overs(tree)] == [
        ("Net", "DataSubnets", "Store"),
        ("Net", "StoreGroup", "Store"),
        ("Net", "DataSubnets", "Work"),
        ("Net", "WorkGroup", "Work"),
        ("Store", "Host", "Work"),
    ]


def test_what_most_stacks_take_is_said_in_their_boxes_instead(tree: Tree) -> None:
    picture = stacks.picture(tree, "x")
    assert ends(picture, "hands") == {
        ("Net", "Store", "StoreGroup"),
        ("Net", "Work", "WorkGroup"),
        ("Store", "Work", "Host"),
    }
    assert node(picture, "Store").lines[-1] == node(picture, "Work").lines[-1] == "+ DataSubnets"
    assert picture.notes == ("DataSubnets: an output of Net that 2 stacks take; no arrows are drawn for it",)


def test_many_outputs_are_counted(tmp_path: Path) -> None:
    given = "{A: !GetAtt One.Outputs.A, B: !GetAtt One.Outputs.B, C: !GetAtt One.Outputs.C}"
    root = f"""
Resources:
  One: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: one.yaml}}}}
  Two: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: two.yaml, Parameters: {given}}}}}
"""
    empty = "Resources: {Q: {Type: AWS::SQS::Queue}}"
    picture = stacks.picture(tree_of({"root.yaml": root, "one.yaml": empty, "two.yaml": empty}, tmp_path), "x")
    assert ends(picture, "hands") == {("One", "Two", "3 outputs")}


def test_traffic_is_what_security_groups_let_through_between_those_who_hold_them(tree: Tree) -> None:
    found = {(flow.source and flow.source.id, flow.target and flow.target.id, flow.port) for flow in flows(tree)}
    assert found == {("Code", None, "tcp 443"), ("Code", "Cluster", "tcp 5432")}


def test_who_has_no_route_out_does_not_reach_the_internet(tmp_path: Path) -> None:
    closed = TREE | {
        "net.yaml": TREE["net.yaml"].replace("DestinationCidrBlock: 0.0.0.0/0", "DestinationCidrBlock: 10.1.0.0/16")
    }
    assert [flow.port for flow in flows(tree_of(closed, tmp_path))] == ["tcp 5432"]


def test_equal_resources_across_zones_share_a_band(tmp_path: Path) -> None:
    another = """
  Code2:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [!Ref Group]}
"""
    picture = network.picture(tree_of(TREE | {"work.yaml": TREE["work.yaml"] + another}, tmp_path), "x")
    assert node(picture, "Work.Code").name == "2 of one kind: Lambda function"
    assert node(picture, "Work.Code").lines == ("Code, Code2",)
    assert ends(picture, "traffic") == {
        ("Work.Code", "internet", "tcp 443"),
        ("Work.Code", "Store.Cluster", "tcp 5432"),
    }


def test_the_network_has_each_resource_across_its_zones(tree: Tree) -> None:
    picture = network.picture(tree, "x")
    frames = {group.id: group.box for group in picture.groups}
    both = (frames["zone us-east-1a"], frames["zone us-east-1b"])
    for name in ("Work.Code", "Store.Cluster"):
        box = node(picture, name).box
        assert box
        assert all(frame and overlap(box, frame) for frame in both)
    assert "with One" in node(picture, "Store.Cluster").lines[0]
    assert node(picture, "in Work").lines == ("Queue, SQS queue", "Unused, SQS queue")
    assert ends(picture, "traffic") == {
        ("Work.Code", "internet", "tcp 443"),
        ("Work.Code", "Store.Cluster", "tcp 5432"),
    }


def test_data_is_what_a_role_may_do_and_what_settings_say(tree: Tree) -> None:
    picture = data.picture(tree, "x")
    assert ends(picture, "data") == {("Work.Code", "Work.Queue", "writes"), ("Work.Code", "Store.Cluster", "queries")}
    assert ends(picture, "traffic") == {("Work.Code", "Store.Cluster", "tcp 5432")}
    assert {each.id for each in picture.nodes} == {"Work.Code", "Work.Queue", "Store.Cluster"}


def test_a_stack_has_its_subnets_by_zone_and_its_joints_in_words(tree: Tree) -> None:
    picture = inside.picture(tree, "x", "Net")
    assert node(picture, "DataA").group == "us-east-1a"
    assert node(picture, "DataB").group == "us-east-1b"
    assert "routed by Table" in node(picture, "DataA").lines
    assert "+ Vpc" in node(picture, "DataB").lines
    assert ends(picture, "traffic") == {("WorkGroup", "StoreGroup", "tcp 5432")}
    assert ends(picture, "refers") == {("Way", "Table", "")}


def test_equal_resources_with_equal_neighbours_share_a_box(tree: Tree) -> None:
    picture = inside.picture(tree, "x", "Work")
    assert node(picture, "FirstAlarm").lines == ("FirstAlarm, SecondAlarm",)
    assert ends(picture, "refers") == {
        ("FirstAlarm", "Code", ""),
        ("Code", "Role", ""),
        ("Code", "Queue", ""),
        ("Role", "Queue", ""),
    }
    assert node(picture, "Code").lines == ("Lambda function", "across DataA, DataB", "from Store, Net")


def test_a_stack_that_is_not_there_is_named_with_those_that_are(tree: Tree) -> None:
    with pytest.raises(inside.NoSuchStackError, match=r"there is no stack Wrok in x; there are Net, Store, Work"):
        inside.picture(tree, "x", "Wrok")


def test_mermaid_has_every_node_group_and_arrow(tree: Tree) -> None:
    picture = inside.picture(tree, "x", "Net")
    text = mermaid(picture)
    assert text.startswith("flowchart TB\n  accTitle: x: inside Net\n")
    assert text.count("subgraph") == len(picture.groups) == 2
    assert '  n_WorkGroup ==>|"tcp 5432"| n_StoreGroup\n' in text
    assert all(f"n_{each.id}[" in text for each in picture.nodes)


def test_mermaid_quotes_what_it_would_take_for_its_own() -> None:
    picture = Picture("t", "d", (Node('end "x" <y>', 'end "x" <y>', "store"),), (Edge("a", "b", "data", "x\ny"),))
    assert 'n_end__x___y_[("<b>end &quot;x&quot; &lt;y&gt;</b>")]' in mermaid(picture)
    assert 'n_a -.->|"x<br/>y"| n_b' in mermaid(picture)
