"""Random trees: whatever is written, the evaluator answers, and answers the same twice."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.tree import CODES, Resource, Tree, TreeError, iam, load_tree, origin, walk
from gate.tree.values import Value, as_bool, as_int, as_list, as_number, as_text, concat, known, references, split, text

NAMES = ["A", "B", "C", "Child", "In", "Out", "AWS::Region", "AWS::AccountId", "AWS::NoValue", "AWS::StackName", "Nope"]
FUNCTIONS = [
    *("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Split", "Fn::Select", "Fn::If", "Fn::FindInMap", "Fn::GetAZs"),
    *("Fn::Cidr", "Fn::Base64", "Fn::ImportValue", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"),
    *("Fn::Length", "Fn::ToJsonString", "Fn::Transform", "Fn::ForEach::X", "Fn::Contains", "Fn::Odd", "P", "Statement"),
]
names = st.sampled_from(NAMES)
scalars = (
    names
    | st.sampled_from(["", ",", "x", "A.Arn", "Child.Outputs.Out", "${A}", "${Child.Outputs.Out}-${In}", "${!x}", "${"])
    | st.sampled_from(
        ["10.0.0.0/16", "{{resolve:ssm:${A}}}", "{{resolve:", "}}", "arn:aws:s3:::x/*", "M", "k", "child.json"]
    )
    | st.integers(-2, 300)
    | st.booleans()
    | st.none()
)


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FUNCTIONS), inner, min_size=1, max_size=2)
        | st.tuples(names, st.sampled_from(["Arn", "Outputs.Out"])).map(lambda pair: {"Fn::GetAtt": [*pair]})
        | st.tuples(names, inner, inner).map(lambda three: {"Fn::If": [*three]})
        | st.tuples(st.sampled_from([",", "-", ""]), st.lists(inner, max_size=3)).map(lambda two: {"Fn::Join": [*two]})
        | names.map(lambda name: {"Ref": name})
    )


written = st.recursive(scalars, _nested, max_leaves=12)
resources = st.fixed_dictionaries(
    {"Type": st.sampled_from(["AWS::S3::Bucket", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::CloudFormation::Stack"])},
    optional={
        "Properties": st.dictionaries(
            st.sampled_from(["P", "BucketName", "Policies", "Roles", "PolicyDocument", "TemplateURL", "Parameters"]),
            written,
        ),
        "Condition": names | written,
        "DependsOn": names | written,
        "DeletionPolicy": written,
    },
)
bodies = st.fixed_dictionaries(
    {"Resources": st.dictionaries(names, resources | written, min_size=1, max_size=3)},
    optional={
        "Parameters": st.dictionaries(
            names,
            st.fixed_dictionaries({"Type": st.sampled_from(["String", "Number", "CommaDelimitedList", "Odd"])})
            | written,
        ),
        "Conditions": st.dictionaries(names, written),
        "Mappings": st.dictionaries(st.just("M"), written),
        "Outputs": st.dictionaries(names, st.fixed_dictionaries({"Value": written, "Export": written}) | written),
        "Rules": st.dictionaries(
            names, st.fixed_dictionaries({"Assertions": st.lists(st.fixed_dictionaries({"Assert": written}))}) | written
        ),
    },
)


def _root(root: dict[str, dict[str, object]], fed: object) -> dict[str, dict[str, object]]:
    """Make sure that the child is a stack of the tree."""
    made = copy.deepcopy(root)
    properties = {"TemplateURL": "child.json", "Parameters": {"In": fed}}
    made["Resources"]["Child"] = {"Type": "AWS::CloudFormation::Stack", "Properties": properties}
    return made


def _load(root: object, child: object, parameters: Mapping[str, str] | None) -> Tree | str:
    with tempfile.TemporaryDirectory() as folder:
        for name, body in (("root.json", root), ("child.json", child)):
            (Path(folder) / name).write_text(json.dumps(body))
        try:
            return load_tree(Path(folder) / "root.json", parameters=parameters)
        except TreeError as error:
            return str(error)


def _answers(made: Tree) -> list[object]:
    """Ask everything that rules ask."""
    found: list[object] = [str(made.problems)]
    for stack in made.stacks.values():
        found += [stack.parameter(name) for name in stack.parameter_names]
        found += [stack.outputs, {name: stack.condition(name) for name in stack.template.section("Conditions")}]
    every: list[Resource] = list(made.resources())
    for resource in every:
        found += [resource.properties, made.name(resource), resource.deletion_policy, sorted(resource.dependencies)]
        for path, value in walk(resource.properties):
            found += [repr(made.target(value)), made.same(value, "x"), str(origin(resource, path))]
        statements = iam.identity_statements(made, resource)
        found += [iam.allows(made, statements, "s3:GetObject", other) for other in every]
        found += [str(made.referrers(resource)), str(iam.resource_statements(made, resource))]
    return found


@settings(max_examples=200, deadline=None)
@given(root=bodies, child=bodies, fed=written, parameters=st.none() | st.dictionaries(names, st.text(max_size=5)))
def test_any_tree_is_answered_for_and_twice_the_same(
    root: dict[str, dict[str, object]], child: object, fed: object, parameters: dict[str, str] | None
) -> None:
    first, second = (_load(_root(root, fed), child, parameters) for _ in range(2))
    if isinstance(first, str) or isinstance(second, str):
        assert first == second
        return
    answers = _answers(first)
    assert answers == _answers(first)
    assert answers == _answers(second)
    assert {problem.code for problem in first.problems} <= CODES.keys()
    assert all(problem.message for problem in first.problems)


parts = st.lists(st.text(max_size=4) | st.integers() | st.booleans(), max_size=5)


@given(parts, st.text(min_size=1, max_size=2))
def test_joining_and_splitting_literals_is_what_text_does(values: list[Value], delimiter: str) -> None:
    joined = concat(values)
    assert isinstance(joined, str)
    assert known(joined)
    assert split(joined, delimiter) == joined.split(delimiter)
    assert references(joined) == []


@given(written)
def test_reading_a_value_never_raises(value: Value) -> None:
    for read in (as_bool, as_int, as_list, as_number, as_text, text, known, references):
        first = read(value)
        assert first == read(value)
