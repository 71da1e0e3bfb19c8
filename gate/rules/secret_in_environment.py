"""Secrets in plain environment variables."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.secrets import filler, secret_variable
from gate.tree import Dynamic, Tree, Value, as_text
from gate.workloads import FUNCTION, entries, workloads

_TEMPLATE = """
Resources:
  Secret: {{Type: AWS::SecretsManager::Secret, Properties: {{GenerateSecretString: {{}}}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {{Name: app, Image: app, {variables}}}
"""


@rule(
    id="W9661",
    title="A secret does not reach a program as a plain variable",
    reason=(
        "Variables stand in the task definition or the function's settings, where everybody who may describe them "
        "reads them. ECS reads secrets itself (Secrets); a function reads them when it runs. Security Hub: ECS.8."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    good=_TEMPLATE.format(variables="Secrets: [{Name: DB_PASSWORD, ValueFrom: !Ref Secret}]"),
    bad=_TEMPLATE.format(variables="Environment: [{Name: DB_PASSWORD, Value: correct-horse}]"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at variables whose name says that they hold a secret, and at secrets resolved into plain variables."""
    for workload in workloads(tree):
        how = "read it when the function runs" if workload.type == FUNCTION else "hand it over by Secrets and ValueFrom"
        fix = f"Keep it in Secrets Manager and {how}."
        for entry in entries(workload):
            if entry.secret:
                continue
            if isinstance(entry.value, Dynamic) and entry.value.service in {"secretsmanager", "ssm-secure"}:
                yield Hit(
                    workload, entry.path, f"{entry.name} is a secret that everybody can read in the settings", fix
                )
            elif secret_variable(entry.name) and _plain(tree, entry.value):
                yield Hit(workload, entry.path, f"{entry.name} is written in plain text", fix)


def _plain(tree: Tree, value: Value) -> bool:
    """Tell whether a value is a secret itself: not the name or ARN of one, not a switch, not a number."""
    text = as_text(value)
    if not isinstance(value, str) or text is None or len(text) < 4 or filler(text):
        return False
    named = text.startswith("arn:") or "/" in text or bool(tree.named(text))
    return not (named or text.isdecimal() or text.lower() in {"true", "false", "none", "null", "disabled", "enabled"})
