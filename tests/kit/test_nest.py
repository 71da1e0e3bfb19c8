from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from troposphere import Equals, Sub, sqs

from kit.interface import interface, knob, out, pascal
from kit.nest import Tier, WiringError, names_read, nest
from kit.rules import Rule
from kit.scope import Scope
from kit.template import Template
from kit.values import Name, Number, SubnetIds

KINDS: dict[str, Any] = {"String": Name, "Number": Number, "List<AWS::EC2::Subnet::Id>": SubnetIds}


def make(module: str, name: str, annotations: dict[str, Any], specifier: Callable[..., Any]) -> type:
    """Make an interface at run time, as if ``templates/<module>.py`` held it."""
    body = {field: specifier(f"{field}.") for field in annotations}
    return interface(type(name, (), {**body, "__annotations__": annotations, "__module__": f"templates.{module}"}))


def tier(name: str, inputs: dict[str, type], outputs: type, reads: set[str], **more: Any) -> Tier:
    """Make a tier that reads ``reads`` of its inputs, as ``argument.field``."""

    def build(t: Template, **given: Any) -> Any:
        text = "".join(
            f"${{{getattr(given[argument], field).data['Ref']}}}"
            for argument, field in (read.split(".") for read in sorted(reads))
        )
        queue = t.add_resource(sqs.Queue("Queue", QueueName=Sub(text) if text else "plain"))
        return outputs(**{field: queue.ref() for field in [f.name for f in fields(outputs)]})

    build.__annotations__ = {"t": Template, **inputs, "return": outputs}
    build.__module__ = f"templates.{name}"
    return Tier(name, f"{name} tier.", build, **more)


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[dict[str, str], list[int], set[str]]]:
    """Draw tiers: outputs with parameter types, the earlier tiers each takes, and what it reads of them."""
    graph: list[tuple[dict[str, str], list[int], set[str]]] = []
    for place in range(draw(st.integers(1, 6))):
        fields = draw(
            st.dictionaries(st.sampled_from(["arn", "name", "ids_list", "x"]), st.sampled_from(sorted(KINDS)))
        )
        takes = draw(st.lists(st.integers(0, place - 1), unique=True)) if place else []
        offered = [f"t{earlier}.{field}" for earlier in takes for field in graph[earlier][0]]
        reads = draw(st.sets(st.sampled_from(offered))) if offered else set()
        graph.append((fields, takes, reads))
    return graph


@given(graphs())
def test_any_graph_is_wired_completely_and_only_where_read(
    graph: list[tuple[dict[str, str], list[int], set[str]]],
) -> None:
    made: list[type] = []
    tiers = []
    for place, (outputs, takes, reads) in enumerate(graph):
        made.append(make(f"t{place}", f"T{place}", {field: KINDS[kind] for field, kind in outputs.items()}, out))
        tiers.append(tier(f"t{place}", {f"t{earlier}": made[earlier] for earlier in takes}, made[place], reads))
    templates = {name: template.body for name, template in nest(tiers).items()}
    root = templates.pop("root")
    assert [name.capitalize() for name in templates] == list(root["Resources"])
    for place, (_, takes, reads) in enumerate(graph):
        child = templates[f"t{place}"]
        stack = root["Resources"][f"T{place}"]
        passed = stack["Properties"].get("Parameters", {})
        assert passed.keys() == child.get("Parameters", {}).keys() == {pascal(read.replace(".", "_")) for read in reads}
        for source in passed.values():
            producer, attribute = source["Fn::GetAtt"]
            assert attribute.removeprefix("Outputs.") in templates[producer.lower()]["Outputs"]
        for read in reads:
            earlier, field = read.split(".")
            kind = graph[int(earlier[1:])][0][field]
            assert child["Parameters"][pascal(read.replace(".", "_"))]["Type"] == kind
        unread = {f"T{earlier}" for earlier in takes if not any(read.startswith(f"t{earlier}.") for read in reads)}
        assert set(stack.get("DependsOn", [])) == unread


@given(graphs())
def test_nesting_twice_gives_the_same_bytes(graph: list[tuple[dict[str, str], list[int], set[str]]]) -> None:
    def text() -> list[str]:
        made: list[type] = []
        tiers = []
        for place, (outputs, takes, reads) in enumerate(graph):
            made.append(make(f"t{place}", f"T{place}", {field: KINDS[kind] for field, kind in outputs.items()}, out))
            tiers.append(tier(f"t{place}", {f"t{earlier}": made[earlier] for earlier in takes}, made[place], reads))
        return [json.dumps(template.body) for template in nest(tiers).values()]

    assert text() == text()


PLAIN = make("plain", "Plain", {"name": Name}, out)


def test_knobs_become_root_parameters_grouped_by_tier() -> None:
    knobs = make("plain", "Knobs", {"shard_count": Number}, lambda text: knob(text, default=2, MaxValue=9))
    root, child = nest([tier("plain", {"scope": Scope, "knobs": knobs}, PLAIN, {"knobs.shard_count"})]).values()
    parameters = root.body["Parameters"]
    assert parameters["ShardCount"] == {"Type": "Number", "Default": 2, "MaxValue": 9, "Description": "shard_count."}
    assert child.body["Parameters"]["ShardCount"] == {
        "Type": "Number",
        "MaxValue": 9,
        "Description": "shard_count.",
    }
    stack = root.body["Resources"]["Plain"]["Properties"]
    assert stack["Parameters"] == {"ShardCount": {"Ref": "ShardCount"}}
    assert stack["TemplateURL"] == "plain.json"
    groups = root.body["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [(group["Label"]["default"], group["Parameters"]) for group in groups] == [
        ("Environment", ["Environment"]),
        ("Plain", ["ShardCount"]),
    ]


def test_a_later_tier_may_use_the_knobs_of_an_earlier_one() -> None:
    knobs = make("plain", "Knobs", {"shard_count": Number}, lambda text: knob(text, default=2))
    later = make("later", "Later", {"name": Name}, out)
    root, _, child = nest(
        [
            tier("plain", {"knobs": knobs}, PLAIN, {"knobs.shard_count"}),
            tier("later", {"shards": knobs}, later, {"shards.shard_count"}),
        ]
    ).values()
    assert "ShardCount" in child.body["Parameters"]
    assert root.body["Resources"]["Later"]["Properties"]["Parameters"] == {"ShardCount": {"Ref": "ShardCount"}}


def test_a_list_is_passed_on_as_text() -> None:
    knobs = make("plain", "Knobs", {"subnets": SubnetIds}, knob)
    root, child = nest([tier("plain", {"knobs": knobs}, PLAIN, {"knobs.subnets"})]).values()
    assert root.body["Parameters"]["Subnets"]["Type"] == "List<AWS::EC2::Subnet::Id>"
    assert child.body["Parameters"]["Subnets"]["Type"] == "List<AWS::EC2::Subnet::Id>"
    passed = root.body["Resources"]["Plain"]["Properties"]["Parameters"]["Subnets"]
    assert passed == {"Fn::Join": [",", {"Ref": "Subnets"}]}


def test_a_promised_output_is_one_of_the_root() -> None:
    promised = make("plain", "Plain", {"name": Name}, lambda text: out(text, root=True))
    root, _ = nest([tier("plain", {}, promised, set())]).values()
    assert root.body["Outputs"]["PlainName"]["Value"] == {"Fn::GetAtt": ["Plain", "Outputs.Name"]}


def test_rules_of_a_tier_are_rules_of_the_root() -> None:
    knobs = make("plain", "Knobs", {"shard_count": Number}, lambda text: knob(text, default=2))

    def rules(knobs: Any) -> Sequence[Rule]:
        return (Rule("Even", "two or four", (Equals(knobs.shard_count, "2"),)),)

    rules.__annotations__ = {"knobs": knobs, "return": Sequence[Rule]}
    root, _ = nest([tier("plain", {"knobs": knobs}, PLAIN, {"knobs.shard_count"}, rules=rules)]).values()
    assert root.body["Rules"]["Even"]["Assertions"][0]["Assert"] == {"Fn::Equals": [{"Ref": "ShardCount"}, "2"]}


def test_the_line_that_made_a_resource_is_remembered() -> None:
    root, child = nest([tier("plain", {}, PLAIN, set())]).values()
    file, line = child.sources["Queue"]
    assert file == __file__
    assert 'sqs.Queue("Queue"' in Path(file).read_text(encoding="utf-8").splitlines()[line - 1]
    assert root.sources["Plain"][0] == __file__


def refused(*tiers: Tier) -> str:
    with pytest.raises(WiringError) as caught:
        nest(tiers)
    return str(caught.value)


def test_a_tier_that_is_not_listed_before_is_named() -> None:
    later = make("later", "Later", {"name": Name}, out)
    said = refused(tier("later", {"plain": PLAIN}, later, set()))
    assert said == "tier later: needs Plain of tier plain: list 'plain' before 'later' in TIERS"


def test_knobs_of_a_tier_that_is_not_listed_before_are_named() -> None:
    knobs = make("plain", "Knobs", {"shard_count": Number}, lambda text: knob(text, default=2))
    later = make("later", "Later", {"name": Name}, out)
    assert "needs Knobs of tier plain: list 'plain' before 'later'" in refused(
        tier("later", {"k": knobs}, later, set())
    )


def test_two_knobs_of_one_name_are_refused() -> None:
    knobs = make("plain", "Knobs", {"environment": Number}, lambda text: knob(text, default=2))
    assert "knob Environment is already one of environment" in refused(tier("plain", {"knobs": knobs}, PLAIN, set()))


def test_a_signature_that_is_not_a_tiers_is_refused() -> None:
    def no_template() -> None: ...

    assert "must take t: Template first" in refused(Tier("plain", "Plain.", no_template))


def test_an_interface_of_another_name_is_refused() -> None:
    other = make("plain", "Other", {"name": Name}, out)
    assert "returns Other; name the interface Plain" in refused(tier("plain", {}, other, set()))


def test_a_tier_that_returns_something_else_is_refused() -> None:
    def build(t: Template) -> Any:
        return None

    build.__annotations__ = {"t": Template, "return": PLAIN}
    assert "build() returned NoneType instead of Plain" in refused(Tier("plain", "Plain.", build))


def test_names_inside_sub_are_seen() -> None:
    tree = {
        "a": [{"Ref": "A"}, {"Fn::Sub": "${B}-${AWS::Region}-${!Literal}"}],
        "b": {"Fn::Sub": ["${C}${D}", {"C": {"Ref": "E"}}]},
    }
    assert set(names_read(tree)) == {"A", "B", "AWS::Region", "D", "E"}
