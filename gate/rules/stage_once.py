"""Stages that are created twice: by a deployment and as a resource."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree

_TEMPLATE = """
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films, Body: {{}}}}}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties: {{RestApiId: !Ref Api{name}}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {{RestApiId: !Ref Api, StageName: live, DeploymentId: !Ref Deployment}}
"""
_KINDS = {
    "AWS::ApiGateway::Deployment": ("AWS::ApiGateway::Stage", "RestApiId"),
    "AWS::ApiGatewayV2::Deployment": ("AWS::ApiGatewayV2::Stage", "ApiId"),
}


@rule(
    id="E9280",
    title="A stage is created once",
    reason="A deployment with a StageName creates that stage; a stage resource of the same name then fails.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html",
    good=_TEMPLATE.format(name=""),
    bad=_TEMPLATE.format(name=", StageName: live"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the StageName of each deployment with the stages of the same API."""
    for stack in tree.stacks.values():
        for deployment in stack.resources.values():
            kind, parent = _KINDS.get(deployment.type, ("", ""))
            for stage in tree.resources(kind) if kind else ():
                twice = _written_twice if deployment.condition is False else _named_twice
                if twice(tree, deployment, stage, parent):
                    message = f"the deployment creates this stage, and so does {stage.path}"
                    yield Hit(deployment, "StageName", message, "Remove StageName from the deployment.")


def _named_twice(tree: Tree, deployment: Resource, stage: Resource, parent: str) -> bool:
    name = deployment.get("StageName")
    same = name is not None and tree.same(stage.get("StageName"), name)
    return bool(same and tree.same(stage.get(parent), deployment.get(parent)))


def _written_twice(_: Tree, deployment: Resource, stage: Resource, parent: str) -> bool:
    """Tell whether a deployment that another environment would have meets a stage that all have."""
    one, other = deployment.raw.get("Properties"), stage.raw.get("Properties")
    if deployment.stack is not stage.stack or "Condition" in stage.raw:
        return False
    if not isinstance(one, dict) or not isinstance(other, dict) or "StageName" not in one:
        return False
    return all(one.get(name) == other.get(name) for name in ("StageName", parent))
