"""Passwords for which a whole JSON document is taken."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.secrets import keys, secret_property
from gate.tree import Dynamic, Reference, Tree, walk

_TEMPLATE = """
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {{SecretStringTemplate: '{{"username": "films"}}', GenerateStringKey: password}}
  Instance:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.micro
      MasterUsername: films
      MasterUserPassword: !Sub "{{{{resolve:secretsmanager:${{Secret}}:SecretString{key}}}}}"
"""


@rule(
    id="E9526",
    title="A password is one value of its secret",
    reason=(
        "A dynamic reference without a key gives the whole secret. Where that is a JSON document, the password is the "
        "document, braces and all: services refuse it, or nobody knows it."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html",
    good=_TEMPLATE.format(key=":password"),
    bad=_TEMPLATE.format(key=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at properties that take a secret and get all of one."""
    for resource in tree.resources():
        for path, value in walk(resource.properties):
            if not isinstance(value, Dynamic) or value.service != "secretsmanager" or not value.key:
                continue
            name = next((key for key in reversed(path) if isinstance(key, str)), "")
            secret, rest = value.key[0], "".join(str(part) for part in value.key[1:]).strip(":")
            if secret_property(name) and isinstance(secret, Reference) and rest in {"", "SecretString"}:
                held = keys(tree, secret)
                if held:
                    message = f"{name} is the whole JSON of {secret}, which has {', '.join(sorted(held))}"
                    yield Hit(resource, path, message, "Write {{resolve:secretsmanager:...:SecretString:key}}.")
