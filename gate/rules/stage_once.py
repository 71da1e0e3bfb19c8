"""Stages that are created twice: by a deployment and as a resource."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree

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
    for deployment in tree.resources(*_KINDS):
        kind, parent = _KINDS[deployment.type]
        for stage in tree.resources(kind) if deployment.get("StageName") is not None else ():
            if tree.same(stage.get("StageName"), deployment.get("StageName")) and tree.same(
                stage.get(parent), deployment.get(parent)
            ):
                message = f"the deployment creates this stage, and so does {stage.path}"
                yield Hit(deployment, "StageName", message, "Remove StageName from the deployment.")
