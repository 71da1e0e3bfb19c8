from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any, Protocol

import pytest
from troposphere import Equals, Parameter, Ref, apigateway

from gate.tree import Context, Tree, load_tree
from kit.conditions import switch
from kit.gateway import publish
from kit.template import Template

TURNS = ("First", "Second")


def published(path: str = "films") -> dict[str, Any]:
    """Render an API with one path, which two knobs can turn."""
    t = Template("An API")
    turns = []
    for name in TURNS:
        t.add_parameter(Parameter(f"{name}Knob", Type="String"))
        turns.append(switch(t, name, Equals(Ref(f"{name}Knob"), "on")))
    api = t.add_resource(apigateway.RestApi("Api", Name="api"))
    part = t.add_resource(
        apigateway.Resource("Part", RestApiId=api.ref(), ParentId=api.get_att("RootResourceId"), PathPart=path)
    )
    method = t.add_resource(
        apigateway.Method("Get", RestApiId=api.ref(), ResourceId=part.ref(), HttpMethod="GET", AuthorizationType="NONE")
    )
    snapshot = publish(t, api, [part, method], turns)
    t.add_resource(apigateway.Stage("Stage", RestApiId=api.ref(), StageName="live", DeploymentId=snapshot))
    return t.to_dict()


class Evaluate(Protocol):
    def __call__(self, **knobs: str) -> Tree: ...


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluate:
    (tmp_path / "root.json").write_text(json.dumps(published()), encoding="utf-8")

    def tree(**knobs: str) -> Tree:
        return load_tree(tmp_path / "root.json", parameters=knobs, context=Context())

    return tree


def snapshots(template: dict[str, Any]) -> dict[str, Any]:
    return {title: one for title, one in template["Resources"].items() if one["Type"] == "AWS::ApiGateway::Deployment"}


def test_each_way_to_turn_the_knobs_has_a_snapshot_of_its_own(evaluate: Evaluate) -> None:
    shown = set()
    for first, second in product(("on", "off"), repeat=2):
        tree = evaluate(FirstKnob=first, SecondKnob=second)
        (snapshot,) = tree.resources("AWS::ApiGateway::Deployment")
        (stage,) = tree.resources("AWS::ApiGateway::Stage")
        assert tree.target(stage.get("DeploymentId")) is snapshot
        shown.add(snapshot.id)
    assert len(shown) == 4


def test_a_snapshot_waits_for_every_method() -> None:
    assert all(one["DependsOn"] == ["Get"] for one in snapshots(published()).values())


def test_a_changed_definition_makes_new_snapshots_and_the_same_one_none() -> None:
    assert snapshots(published()).keys() == snapshots(published()).keys()
    assert not snapshots(published()).keys() & snapshots(published("series")).keys()
