"""What names a stage that the API does not have, or does not have yet."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import denotes
from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Path, Reference, Resource, Text, Tree, Value, dig, items, show

_TEMPLATE = """
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {{RestApiId: !Ref Api, StageName: live, DeploymentId: abc123}}
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: {{ApiStages: [{{ApiId: !Ref Api, Stage: {stage}}}]}}
"""
_APIS = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")
_STAGES = {
    "AWS::ApiGateway::Stage": "RestApiId",
    "AWS::ApiGateway::Deployment": "RestApiId",
    "AWS::ApiGatewayV2::Stage": "ApiId",
    "AWS::ApiGatewayV2::Deployment": "ApiId",
}
_MAPPINGS = {"AWS::ApiGateway::BasePathMapping": "RestApiId", "AWS::ApiGatewayV2::ApiMapping": "ApiId"}


@rule(
    id="E9244",
    title="A stage that is named exists, and is there first",
    reason=(
        "Usage plans, base path mappings and firewall associations name a stage by text. API Gateway refuses a stage "
        "that the API does not have (API Stage not found), and a text makes nothing wait for the stage."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html",
    good=_TEMPLATE.format(stage="!Ref Stage"),
    bad=_TEMPLATE.format(stage="life"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the stage of each use of one, and at the order of the two."""
    for user, path, api, name in _uses(tree):
        stages = [stage for stage in tree.resources(*_STAGES) if denotes(tree, stage.get(_STAGES[stage.type]), api)]
        named = [stage for stage in stages if stage.get("StageName") is not None]
        answers = {stage: tree.same(stage.get("StageName"), name) for stage in named}
        if complete(tree) and all(answer is False for answer in answers.values()):
            listed = ", ".join(show(tree.literal(stage.get("StageName"))) for stage in named) or "none"
            message = f"{api.path} has no stage {show(name)}; it has {listed}"
            yield Hit(user, path, message, "Refer to the stage.")
        for stage in named:
            if answers[stage] and not before(stage, user):
                message = f"it may be created before {stage.path}, the stage that it names"
                yield Hit(user, path, message, f"Refer to {stage.id}, or add it to DependsOn.")


def _uses(tree: Tree) -> Iterator[tuple[Resource, Path, Resource, Value]]:
    for plan in tree.resources("AWS::ApiGateway::UsagePlan"):
        for index, each in enumerate(items(plan.get("ApiStages"))):
            api = tree.target(dig(each, "ApiId"), *_APIS)
            if api:
                yield plan, ("ApiStages", index, "Stage"), api, tree.literal(dig(each, "Stage"))
    for mapping in tree.resources(*_MAPPINGS):
        api = tree.target(mapping.get(_MAPPINGS[mapping.type]), *_APIS)
        if api and mapping.get("Stage") is not None:
            yield mapping, ("Stage",), api, tree.literal(mapping.get("Stage"))
    for association in tree.resources("AWS::WAFv2::WebACLAssociation"):
        found = _in_arn(tree, association.get("ResourceArn"))
        if found:
            yield association, ("ResourceArn",), *found


def _in_arn(tree: Tree, value: Value) -> tuple[Resource, str] | None:
    """Read API and stage off ``arn:aws:apigateway:region::/restapis/id/stages/name``."""
    written = tree.literal(value)
    parts = written.parts if isinstance(written, Text) else ()
    if len(parts) == 3 and isinstance(parts[1], Reference) and parts[1].type in _APIS:
        head, tail = str(parts[0]), str(parts[2])
        if head.endswith("/restapis/") and tail.startswith("/stages/"):
            return tree.at(parts[1]), tail.removeprefix("/stages/")
    return None
