"""A tree of stacks: hand-overs, structure, navigation."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.tree import Context, Pseudo, Reference, Text, TreeError, Unknown, arn, load_tree, origin
from tests.gate.tree.trees import codes, tree

ROOT = """\
Parameters:
  Environment: {Type: String, AllowedPattern: "[a-z]{2,5}"}
  Bucket: {Type: String, Default: artifacts}
Conditions:
  Prod: !Equals [!Ref Environment, prod]
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./tiers/network.yaml
      Parameters: {Environment: !Ref Environment}
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub "https://${Bucket}.s3.${AWS::Region}.amazonaws.com/v1/tiers/data.yaml"
      Parameters:
        Environment: !Ref Environment
        Subnets: !GetAtt Network.Outputs.Subnets
        Cidr: !GetAtt Network.Outputs.Cidr
  Workers:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Join ["/", ["https://s3.amazonaws.com", !Ref "AWS::AccountId", tiers, workers.yaml]]
      Parameters:
        Host: !GetAtt Data.Outputs.Host
        Table: !GetAtt Data.Outputs.Table
        TableArn: !GetAtt [Data, Outputs.TableArn]
  Extra:
    Type: AWS::CloudFormation::Stack
    Condition: Prod
    Properties: {TemplateURL: tiers/extra.yaml}
"""
NETWORK = """\
Parameters: {Environment: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: !Select [0, !GetAZs ""]}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: !Select [1, !GetAZs ""]}}
Outputs:
  Subnets: {Value: !Join [",", [!Ref A, !Ref B]]}
  Cidr: {Value: !GetAtt Vpc.CidrBlock}
"""
DATA = """\
Parameters:
  Environment: {Type: String}
  Cidr: {Type: String}
  Subnets: {Type: List<AWS::EC2::Subnet::Id>}
Resources:
  Group: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: !Ref Subnets, DBSubnetGroupDescription: x}}
  Cluster: {Type: AWS::RDS::DBCluster, Properties: {DBSubnetGroupName: !Ref Group, Port: 5432}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub "films-${Environment}"}}
  Door:
    Type: AWS::EC2::SecurityGroup
    DependsOn: Cluster
    Properties: {GroupDescription: x, SecurityGroupIngress: [{CidrIp: !Ref Cidr, IpProtocol: tcp}]}
Outputs:
  Host: {Value: !GetAtt Cluster.Endpoint.Address}
  Table: {Value: !Ref Table}
  TableArn: {Value: !GetAtt Table.Arn}
"""
WORKERS = """\
Parameters: {Host: {Type: String}, Table: {Type: String}, TableArn: {Type: String}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Environment:
            - !If [Never, {Name: NONE}, !Ref "AWS::NoValue"]
            - {Name: HOST, Value: !Sub "${Host}:5432"}
            - {Name: TABLE, Value: !Ref Table}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Description: !Sub "${TableArn}/index/*"
Conditions: {Never: !Equals [a, b]}
"""
FILES = {
    "root.yaml": ROOT,
    "tiers/network.yaml": NETWORK,
    "tiers/data.yaml": DATA,
    "tiers/workers.yaml": WORKERS,
    "tiers/extra.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}",
    "unused.yaml": "not: a template",
}
CLUSTER = Reference("root/Data", "Cluster", "AWS::RDS::DBCluster", "Endpoint.Address")


def test_values_travel_through_outputs_and_parameters(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES, {"Environment": "dev"})
    assert list(made.stacks) == ["root", "root/Network", "root/Data", "root/Workers"]
    task, group = made.resource("root/Workers.Task"), made.resource("root/Data.Group")
    assert task
    assert group
    assert task.get("ContainerDefinitions.0.Environment.0") == {"Name": "HOST", "Value": Text((CLUSTER, ":5432"))}
    assert [made.target(item) for item in (group.get("SubnetIds"),)] == [None]
    assert made.targets(group.get("SubnetIds")) == [made.resource("root/Network.A"), made.resource("root/Network.B")]
    assert made.problems == ()


def test_a_stack_with_a_true_condition_is_in_the_tree(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES, {"Environment": "prod"})
    assert [topic.path for topic in made.resources("AWS::SNS::Topic")] == ["root/Extra.Topic"]


def test_a_stack_whose_condition_is_open_has_resources_that_may_exist(tmp_path: Path) -> None:
    root = ROOT.replace("!Equals [!Ref Environment, prod]", "!Equals [!Ref AWS::AccountId, '111111111111']")
    made = tree(tmp_path, {**FILES, "root.yaml": root}, {"Environment": "dev"})
    assert [topic.condition for topic in made.resources("AWS::SNS::Topic")] == [None]


def test_literals_names_and_targets(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES, {"Environment": "dev"})
    door, table, task = (made.resource(path) for path in ("root/Data.Door", "root/Data.Table", "root/Workers.Task"))
    assert door
    assert table
    assert task
    cidr = door.get("SecurityGroupIngress.0.CidrIp")
    assert isinstance(cidr, Reference)
    assert made.literal(cidr) == "10.0.0.0/16"
    handed = task.get("ContainerDefinitions.0.Environment.1.Value")
    assert made.literal(handed) == made.name(table) == "films-dev"
    account = Pseudo("AWS::AccountId", "", "123456789012")
    for value in (
        handed,
        "films-dev",
        "arn:aws:dynamodb:us-east-1:123456789012:table/films-dev",
        "arn:aws:dynamodb:us-east-1:123456789012:table/films-dev/*",
        Text(("arn:aws:dynamodb:us-east-1:", account, ":table/films-dev")),
        Text((Reference("root/Data", "Table", "AWS::DynamoDB::Table", "Arn"), "/index/*")),
    ):
        assert made.target(value, "AWS::DynamoDB::Table") is table
    assert made.target("films-prod", "AWS::DynamoDB::Table") is None
    assert made.target("films-dev", "AWS::SNS::Topic") is None
    assert made.target("arn:aws:kinesis:us-east-1:123456789012:stream/films-dev") is None
    assert made.same(handed, "films-dev") is True
    assert made.same(handed, "films-prod") is False
    assert made.same(Unknown("x"), Unknown("x")) is None
    assert made.same(CLUSTER, "db.example.com") is None


def test_referrers_are_those_that_use_a_resource_in_any_stack(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES, {"Environment": "dev"})
    subnet, cluster, table = (made.resource(f"root/{path}") for path in ("Network.A", "Data.Cluster", "Data.Table"))
    assert subnet
    assert cluster
    assert table
    assert [(use.resource.path, use.path) for use in made.referrers(subnet)] == [("root/Data.Group", ("SubnetIds", 0))]
    assert [use.resource.id for use in made.referrers(cluster, "AWS::ECS::TaskDefinition")] == ["Task"]
    assert [use.resource.path for use in made.referrers(table, "AWS::IAM::Role")] == ["root/Workers.Role"]


def test_a_resource_knows_its_place_and_what_comes_first(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES, {"Environment": "dev"})
    door = made.resource("root/Data.Door")
    assert door
    assert (door.file, door.stack.path, door.depends_on) == ("tiers/data.yaml", "root/Data", ("Cluster",))
    assert door.dependencies == {"Cluster"}
    assert made.root.resources["Workers"].dependencies == {"Data"}
    assert door.stack.template.line(door.at) == 9
    assert made.resource("root/Data.None") is None
    assert made.resource("nowhere.None") is None
    assert door.get("Nothing.Below") is None
    assert isinstance(door.get("GroupDescription.Below"), Unknown)


def test_the_origin_of_a_value_is_a_chain_of_places(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES, {"Environment": "dev"})
    task, table = made.resource("root/Workers.Task"), made.resource("root/Data.Table")
    assert task
    assert table
    chain = origin(task, "ContainerDefinitions.0.Environment.1.Value")
    assert [(place.file, place.path[-1]) for place in chain] == [
        ("tiers/workers.yaml", "Value"),
        ("root.yaml", "Table"),
        ("tiers/data.yaml", "Value"),
    ]
    assert [place.line for place in chain] == [10, 26, 15]
    environment = origin(made.root.resources["Network"], "Parameters.Environment")
    assert [str(place) for place in environment][-1] == "parameters Environment"


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("Data.Outputs.Host", "Data.Outputs.Hosts", "missing-output", "root.yaml"),
        ("Parameters: {Environment: !Ref Environment}", "Parameters: {}", "missing-parameter", "root.yaml"),
        ("Parameters: {Environment: !Ref Environment}", "Other: 1", "missing-parameter", "root.yaml"),
        ("{Environment: !Ref Environment}", "{Environment: x, Stage: y}", "extra-parameter", "root.yaml"),
        ("./tiers/network.yaml", "./tiers/none.yaml", "missing-child", "root.yaml"),
        ("./tiers/network.yaml", "../outside.yaml", "missing-child", "root.yaml"),
        ("tiers/data.yaml", "tiers/elsewhere.yaml", "external-child", "root.yaml"),
        ("[a-z]{2,5}", "[a-z]{5}", "parameter-constraint", "root.yaml"),
        (
            "Subnets: {Type: List<AWS::EC2::Subnet::Id>}",
            "Subnets: {Type: List<AWS::EC2::VPC::Id>}",
            "parameter-type",
            "root.yaml",
        ),
        ("  Cidr: {Type: String}", "  Cidr: {Type: Number}", "", ""),
        ("  Cidr: {Type: String}", "  Cidr: {Type: AWS::EC2::VPC::Id}", "", ""),
        ("[!Ref A, !Ref B]", "[!Ref A, !GetAtt B.VpcId]", "parameter-type", "root.yaml"),
        ("[!Ref A, !Ref B]", "[!Ref A, !GetAtt B.SubnetId]", "", ""),
        ("Host: {Type: String}", "Host: {Type: AWS::EC2::VPC::Id}", "", ""),
        ("DependsOn: Cluster", "DependsOn: Clusters", "unresolved-reference", "tiers/data.yaml"),
        ("Port: 5432", "Port: !GetAtt Door.GroupId", "cycle", "tiers/data.yaml"),
        ("Cidr: !GetAtt Network", "Cidr: !GetAtt Extra", "inactive-reference", "root.yaml"),
        ("Group: {Type: AWS::RDS::DBSubnetGroup, ", "Group: {", "malformed", "tiers/data.yaml"),
        (
            "Environment: !Ref Environment\n        Subnets",
            "Environment: [a]\n        Subnets",
            "parameter-type",
            "root.yaml",
        ),
    ],
)
def test_a_broken_hand_over_is_a_problem_at_its_place(
    tmp_path: Path, old: str, new: str, code: str, where: str
) -> None:
    assert any(old in text for text in FILES.values())
    files = {name: text.replace(old, new, 1) for name, text in FILES.items()}
    found = tree(tmp_path, files, {"Environment": "dev"}).problems
    assert [problem.code for problem in found][:1] == ([code] if code else [])
    assert all(problem.file == where and problem.fix for problem in found if problem.code == code)


@pytest.mark.parametrize(
    ("declared", "value", "code"),
    [
        ("Type: Number", "two", "parameter-type"),
        ("Type: Number, MinValue: 2", "1", "parameter-constraint"),
        ("Type: Number, MaxValue: 2", "3", "parameter-constraint"),
        ("Type: Number, AllowedValues: [1, 2]", "2.0", ""),
        ("Type: String, MinLength: 3", "ab", "parameter-constraint"),
        ("Type: String, MaxLength: 3", "abcd", "parameter-constraint"),
        ("Type: String, AllowedValues: ['true', 'false']", "yes", "parameter-constraint"),
        ("Type: String, AllowedPattern: '[a-z]+'", "a1", "parameter-constraint"),
        ("Type: String, AllowedPattern: '(a|b|ab)*c'", "ab" * 60 + "cx", ""),
        ("Type: String, AllowedPattern: '\\p{Alpha}+'", "1", "parameter-constraint"),
        ("Type: String, AllowedPattern: '[a-z'", "1", ""),
        ("Type: CommaDelimitedList, AllowedValues: [a, b]", "a,c", "parameter-constraint"),
        ("Type: List<Number>", "1,x", "parameter-type"),
        ("Type: AWS::EC2::VPC::Id", "sg-12345678", "parameter-type"),
        ("Type: AWS::EC2::VPC::Id", "vpc-12345678", ""),
        ("Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: [x]", "/a/b", ""),
    ],
)
def test_a_value_keeps_to_its_parameter(tmp_path: Path, declared: str, value: str, code: str) -> None:
    text = f"Parameters: {{P: {{{declared}}}}}\nResources: {{T: {{Type: AWS::SNS::Topic}}}}"
    assert codes(tree(tmp_path, {"t.yaml": text}, {"P": value})) == ([code] if code else [])


def test_without_parameters_a_value_is_unknown_and_no_problem(tmp_path: Path) -> None:
    made = tree(tmp_path, FILES)
    assert isinstance(made.root.parameter("Environment"), Unknown)
    assert made.problems == ()
    assert codes(tree(tmp_path, FILES, {})) == ["missing-parameter"]
    assert codes(tree(tmp_path, FILES, {"Environment": "dev", "Typo": "1"})) == ["extra-parameter"]


def test_each_instance_of_a_file_is_a_stack_of_its_own(tmp_path: Path) -> None:
    nested = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml, Parameters: {N: %s}}}"
    root = f"Resources:\n  One: {nested % 'one'}\n  Two: {nested % 'two'}\n"
    child = "Parameters: {N: {Type: String}}\nResources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref N}}}"
    made = tree(tmp_path, {"r.yaml": root, "c.yaml": child})
    assert [(topic.path, topic.get("TopicName")) for topic in made.resources()][2:] == [
        ("root/One.T", "one"),
        ("root/Two.T", "two"),
    ]
    assert made.targets(["one", "two"]) == [made.resource("root/One.T"), made.resource("root/Two.T")]


def test_a_template_can_depend_on_a_later_sibling(tmp_path: Path) -> None:
    root = """
Resources:
  First:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: first.yaml, Parameters: {Go: !GetAtt Second.Outputs.Go}}
  Second: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: second.yaml}}
"""
    first = """
Parameters: {Go: {Type: String}}
Conditions: {Go: !Equals [!Ref Go, "yes"]}
Resources:
  Leaf: {Type: AWS::CloudFormation::Stack, Condition: Go, Properties: {TemplateURL: leaf.yaml}}
"""
    second = "Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {Go: {Value: 'yes'}}"
    leaf = "Resources: {T: {Type: AWS::SNS::Topic}}"
    made = tree(tmp_path, {"root.yaml": root, "first.yaml": first, "second.yaml": second, "leaf.yaml": leaf})
    assert list(made.stacks) == ["root", "root/First", "root/First/Leaf", "root/Second"]


def test_parameters_and_outputs_in_a_circle_are_a_problem(tmp_path: Path) -> None:
    passed = "Parameters: {In: !GetAtt %s.Outputs.Out}"
    nested = f"{{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: c.yaml, {passed}}}}}"
    root = f"Resources:\n  A: {nested % 'B'}\n  B: {nested % 'A'}\n"
    child = (
        "Parameters: {In: {Type: String}}\nResources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {Out: {Value: !Ref In}}"
    )
    made = tree(tmp_path, {"r.yaml": root, "c.yaml": child})
    assert "cycle" in codes(made)
    assert isinstance(made.stacks["root/A"].output("Out"), Unknown)


def test_a_cycle_of_stacks_is_an_error(tmp_path: Path) -> None:
    text = "Resources: {A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}}"
    with pytest.raises(TreeError, match=r"a\.yaml -> b\.yaml -> a\.yaml"):
        tree(tmp_path, {"a.yaml": text % "b.yaml", "b.yaml": text % "a.yaml"})


def test_stacks_that_multiply_are_an_error(tmp_path: Path) -> None:
    def body(level: int) -> str:
        return "Resources:\n" + "".join(
            f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: l{level + 1}.yaml}}}}\n"
            for n in range(9)
        )

    with pytest.raises(TreeError, match="more than 500 stacks"):
        tree(tmp_path, {f"l{level}.yaml": body(level) for level in range(9)})


def test_a_broken_child_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(TreeError, match=r"tiers/extra\.yaml") as caught:
        tree(tmp_path, {**FILES, "tiers/extra.yaml": "Resources: ["}, {"Environment": "prod"})
    assert caught.value.file == "tiers/extra.yaml"


def test_exports_of_the_tree_are_imported(tmp_path: Path) -> None:
    root = """
Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a.yaml}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !ImportValue topic}}
"""
    child = "Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: !Ref T, Export: {Name: !Sub topic}}}"
    made = tree(tmp_path, {"r.yaml": root, "a.yaml": child})
    assert made.root.resources["B"].get("TopicName") == Reference("root/A", "T", "AWS::SNS::Topic", "Ref")
    assert made.problems == ()


def test_assertions_of_the_rules_section_are_judged(tmp_path: Path) -> None:
    text = """
Parameters: {Env: {Type: String}, Size: {Type: String}}
Rules:
  ProdIsLarge:
    RuleCondition: !Equals [!Ref Env, prod]
    Assertions:
      - {Assert: !Contains [[large, huge], !Ref Size], AssertDescription: prod is large}
Resources: {T: {Type: AWS::SNS::Topic}}
"""
    assert codes(tree(tmp_path, {"t.yaml": text}, {"Env": "prod", "Size": "small"})) == ["failed-assertion"]
    assert codes(tree(tmp_path, {"t.yaml": text}, {"Env": "prod", "Size": "huge"})) == []
    assert codes(tree(tmp_path, {"t.yaml": text}, {"Env": "dev", "Size": "small"})) == []


def test_a_template_that_a_macro_rewrites_is_not_judged_for_names(tmp_path: Path) -> None:
    topic = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Made}}}"
    assert tree(tmp_path, {"t.yaml": f"Transform: AWS::Serverless-2016-10-31\n{topic}"}).problems == ()
    loop = "Resources: {'Fn::ForEach::X': [a, [b], {}], T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Made}}}"
    assert tree(tmp_path, {"t.yaml": f"Transform: AWS::LanguageExtensions\n{loop}"}).problems == ()


def test_the_nearest_of_several_files_of_one_name_is_meant(tmp_path: Path) -> None:
    root = "Resources: {C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub 'https://x/${AWS::Region}/c.yaml'}}}"
    leaf = "Resources: {T: {Type: AWS::SNS::Topic}}"
    made = tree(tmp_path, {"one/root.yaml": root, "one/c.yaml": leaf, "two/c.yaml": leaf})
    assert made.stacks["root/C"].file == "one/c.yaml"


def test_an_account_and_stack_name_that_are_given_are_literal(tmp_path: Path) -> None:
    text = (
        "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::AccountId}-${AWS::StackName}'}}}"
    )
    made = tree(tmp_path, {"t.yaml": text}, context=Context(account="111111111111", stack_name="films"))
    assert made.root.resources["T"].get("TopicName") == "111111111111-films"


def test_arns_are_taken_apart() -> None:
    reference = Reference("root", "S", "AWS::Kinesis::Stream", "Ref")
    fields = arn(Text(("arn:aws:kinesis:us-east-1:1:stream/", reference)))
    assert fields
    assert (fields.service, fields.account) == ("kinesis", "1")
    assert fields.resource == Text(("stream/", reference))
    assert arn("arn:aws:logs:us-east-1:1:log-group:/a:*") is not None
    assert arn("not an arn") is None
    assert arn(reference) is None


def test_evaluating_again_gives_the_same(tmp_path: Path) -> None:
    first, second = (tree(tmp_path, FILES, {"Environment": "prod"}) for _ in range(2))
    assert [r.properties for r in first.resources()] == [r.properties for r in second.resources()]
    assert (
        first.problems
        == second.problems
        == load_tree(tmp_path / "root.yaml", parameters={"Environment": "prod"}).problems
    )


def test_a_bucket_policy_is_not_taken_for_the_bucket(tmp_path: Path) -> None:
    text = """
Resources:
  Policy: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Bucket, PolicyDocument: {}}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: films}}
"""
    made = tree(tmp_path, {"t.yaml": text})
    assert made.target("films") is made.root.resources["Bucket"]
    assert made.target("arn:aws:s3:::films/*") is made.root.resources["Bucket"]


def test_a_secret_is_found_behind_its_attachment(tmp_path: Path) -> None:
    text = """
Resources:
  Secret: {Type: AWS::SecretsManager::Secret}
  Attached: {Type: AWS::SecretsManager::SecretTargetAttachment, Properties: {SecretId: !Ref Secret}}
  Rotation: {Type: AWS::SecretsManager::RotationSchedule, Properties: {SecretId: !Ref Attached}}
"""
    made = tree(tmp_path, {"t.yaml": text})
    rotation = made.root.resources["Rotation"]
    assert made.literal(rotation.get("SecretId")) == made.root.resources["Secret"].reference
    assert made.target(rotation.get("SecretId"), "AWS::SecretsManager::Secret") is made.root.resources["Secret"]


def test_a_long_chain_of_stacks_against_the_order_ends(tmp_path: Path) -> None:
    child = "Parameters: {I: {Type: String}}\nResources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: !Ref I}}"
    resources: dict[str, object] = {}
    for number in range(300):
        fed: object = {"Fn::GetAtt": [f"S{number + 1}", "Outputs.O"]} if number < 299 else "end"
        properties = {"TemplateURL": "c.yaml", "Parameters": {"I": fed}}
        resources[f"S{number}"] = {"Type": "AWS::CloudFormation::Stack", "Properties": properties}
    made = tree(tmp_path, {"r.json": {"Resources": resources}, "c.yaml": child})
    assert made.problems == ()
    assert made.stacks["root/S299"].output("O") == "end"
    assert made.stacks["root/S0"].output("O") == "end" or isinstance(made.stacks["root/S0"].output("O"), Unknown)


def test_two_stacks_that_export_one_name_collide(tmp_path: Path) -> None:
    nested = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}"
    child = "Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: !Ref T, Export: {Name: %s}}}"
    root = f"Resources:\n  A: {nested}\n  B: {nested}\n"
    assert codes(tree(tmp_path, {"r.yaml": root, "c.yaml": child % "topic"})) == ["duplicate-export"]
    assert codes(tree(tmp_path, {"r.yaml": root, "c.yaml": child % "!Ref AWS::StackName"})) == []
