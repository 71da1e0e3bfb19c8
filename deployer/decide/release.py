"""Letting go of what outlives its stack: the deployed templates, with every policy that keeps data taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deployer.decide.templates import Source
from deployer.model import STACK_TYPE, join

if TYPE_CHECKING:
    from deployer.model import Template, Tree

KEEPING = ("Retain", "RetainExceptOnCreate")

MARK = {"Released": "This environment is being destroyed."}
"""Metadata for each released resource: a policy alone is not a change that CloudFormation carries out.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"""


def policies(tree: Tree) -> dict[str, str]:
    """Return the deletion policy of every resource of a tree by its path."""
    return {
        join(path, name): str(body.get("DeletionPolicy", "Delete"))
        for path, template in tree.items()
        for name, body in template.get("Resources", {}).items()
    }


def released(tree: Tree) -> Source | None:
    """Return a tree in which nothing is retained any more, ready to be packed; None where nothing is retained now.

    A resource whose policy is ``Snapshot`` keeps it: its final snapshot is taken.
    """
    if not any(policy in KEEPING for policy in policies(tree).values()):
        return None
    source = Source({}, {}, {})
    for path, template in tree.items():
        source.tree[path] = _released(tree, path, template)
        source.texts[path] = json.dumps(source.tree[path], indent=1)
        source.files[path] = _file(path)
    return source


def _released(tree: Tree, path: str, template: Template) -> Template:
    resources = template.get("Resources", {})
    return {
        **template,
        "Resources": {name: _resource(tree, join(path, name), body) for name, body in resources.items()},
    }


def _resource(tree: Tree, path: str, body: dict[str, Any]) -> dict[str, Any]:
    if body.get("Type") == STACK_TYPE and path in tree:
        body = {**body, "Properties": {**body["Properties"], "TemplateURL": _file(path)}}
    if body.get("DeletionPolicy") in KEEPING:
        body = {**body, "DeletionPolicy": "Delete", "Metadata": {**body.get("Metadata", {}), **MARK}}
    return body


def _file(path: str) -> str:
    return f"{path or 'root'}.json"
