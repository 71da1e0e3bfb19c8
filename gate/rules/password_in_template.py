"""Passwords that stand in a template or in its parameter values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.secrets import credential, filler, secret_key, secret_property
from gate.tree import Path, Resource, Text, Tree, as_text, origin, walk

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, MasterUsername: admin1, {given}}}
"""


@rule(
    id="W9660",
    title="No password, token or key stands in a template",
    reason=(
        "Whoever reads the template, its history or the stack reads the password, and nobody can change it without a "
        "deployment. Let the service make it (ManageMasterUserPassword, GenerateSecretString), or resolve it from "
        "Secrets Manager. Security Hub: ECS.8; CWE-798."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
    good=_TEMPLATE.format(given="ManageMasterUserPassword: true"),
    bad=_TEMPLATE.format(given="MasterUserPassword: correct-horse"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at properties that take a secret, at contents of secrets, and for credentials anywhere."""
    fix = "Write {{resolve:secretsmanager:...}}, or let the service make the password."
    for resource in tree.resources():
        if not resource.type.startswith("AWS::") or resource.type == "AWS::CloudFormation::Stack":
            continue
        for path, value in walk(resource.properties):
            if not isinstance(value, str | Text):
                continue
            parts = value.parts if isinstance(value, Text) else (value,)
            shown = "".join(part for part in parts if isinstance(part, str))
            name = next((key for key in reversed(path) if isinstance(key, str)), "")
            if isinstance(value, str) and value and secret_property(name):
                if not _hidden(resource, path):
                    yield Hit(resource, path, f"{name} is written in plain text", fix)
            elif found := credential(shown):
                yield Hit(resource, path, f"{found[:8]}... is a credential", fix)
    for secret in tree.resources("AWS::SecretsManager::Secret"):
        text = as_text(secret.get("SecretString"))
        if text and _tells(text) and not _hidden(secret, ("SecretString",)):
            yield Hit(secret, "SecretString", "the secret is written in plain text", "Use GenerateSecretString.")


def _tells(text: str) -> bool:
    """Tell whether the content of a secret has a secret in it that is no filler."""
    try:
        data = json.loads(text)
    except ValueError:
        return not filler(text) and " " not in text.strip()
    if not isinstance(data, dict):
        return False
    return any(secret_key(key) and isinstance(item, str) and item and not filler(item) for key, item in data.items())


def _hidden(resource: Resource, path: Path) -> bool:
    """Tell whether a value was given for a NoEcho parameter without a default: it then stands in no template."""
    tree = resource.stack.tree
    for place in origin(resource, path):
        stack = tree.stacks.get(place.stack) or tree.root
        name = str(place.path[1 if place.stack else 0]) if place.path[:1] == ("Parameters",) or not place.stack else ""
        body = stack.template.section("Parameters").get(name)
        if isinstance(body, dict) and str(body.get("NoEcho", "")).lower() == "true":
            return not body.get("Default")
    return False
