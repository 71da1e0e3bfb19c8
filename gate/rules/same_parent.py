"""Parts of one thing that refer to parts of another."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Path, Reference, Resource, Tree, walk

_TEMPLATE = """
Resources:
  Films: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Songs: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: songs}}}}
  Item:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Films, ParentId: !GetAtt {api}.RootResourceId, PathPart: item}}
"""
_PARENTS = ("RestApiId", "ApiId", "FileSystemId", "FilesystemId", "UserPoolId", "Cluster")
"""Properties that say which API, file system, user pool or cluster something is a part of."""
_TYPES = {
    "RestApiId": ("AWS::ApiGateway::RestApi",),
    "ApiId": ("AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi"),
    "FileSystemId": ("AWS::EFS::FileSystem",),
    "FilesystemId": ("AWS::EFS::FileSystem",),
    "UserPoolId": ("AWS::Cognito::UserPool",),
    "Cluster": ("AWS::ECS::Cluster",),
}


@rule(
    id="E9281",
    title="What belongs together has the same parent",
    reason=(
        "Resources, methods, stages and deployments belong to one API, an access point to one file system. The service "
        "does not find the part of another one ('Invalid Resource identifier', 'Deployment not found')."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html",
    good=_TEMPLATE.format(api="Films"),
    bad=_TEMPLATE.format(api="Songs"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Where an object names its parent and something that has a parent of the same kind, compare the two."""
    for resource in tree.resources():
        for path, value in walk(resource.properties):
            if isinstance(value, dict):
                for name in _PARENTS:
                    parent = tree.target(value.get(name), *_TYPES[name])
                    if parent:
                        yield from _judge(tree, resource, path, name, parent)


def _judge(tree: Tree, resource: Resource, path: Path, name: str, parent: Resource) -> Iterator[Hit]:
    for below, value in walk(resource.get(path) if path else resource.properties):
        if not isinstance(value, Reference) or below == (name,):
            continue
        part = tree.at(value)
        own = part if part.type == parent.type and "Resource" in value.attribute else None
        for key in _PARENTS if own is None else ():
            own = own or tree.target(part.get(key), parent.type)
        if own is not None and own is not parent:
            message = f"{value} belongs to {own.path}, but {name} is {parent.path}"
            yield Hit(resource, ("Properties", *path, *below), message, f"Refer to a part of {parent.id}.")
