"""Keys that are read from a secret which does not have them."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.secrets import keys
from gate.tree import Dynamic, Reference, Resource, Text, Tree, Value, atoms, walk
from gate.workloads import TASK, entries

_TEMPLATE = """
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {{SecretStringTemplate: '{{"user": "app"}}', GenerateStringKey: password}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {{Name: app, Image: app, Secrets: [{{Name: PASSWORD, ValueFrom: !Sub "${{Secret}}:{key}::"}}]}}
"""


@rule(
    id="E9525",
    title="A secret has the keys that are read from it",
    reason=(
        "A task whose secret lacks the key does not start (did not contain json key), and a dynamic reference to it "
        "fails the deployment. RDS keeps username and password in its own secret, an attachment adds the host."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    good=_TEMPLATE.format(key="password"),
    bad=_TEMPLATE.format(key="pass"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the key of each reference to a secret of the tree with what the secret holds."""
    for resource in tree.resources():
        if resource.type == TASK:
            for entry in entries(resource):
                if entry.secret and isinstance(entry.value, Text):
                    yield from _judge(tree, resource, entry.path, entry.value.parts, ":")
        for path, value in walk(resource.properties):
            for atom in atoms(value) if isinstance(value, Dynamic | Text) else ():
                if isinstance(atom, Dynamic) and atom.service == "secretsmanager":
                    yield from _judge(tree, resource, path, atom.key, ":SecretString:")


def _judge(
    tree: Tree, resource: Resource, path: tuple[str | int, ...], parts: tuple[Value, ...], before: str
) -> Iterator[Hit]:
    if len(parts) != 2 or not isinstance(parts[0], Reference) or not isinstance(parts[1], str):
        return
    if not parts[1].startswith(before):
        return
    key = parts[1].removeprefix(before).split(":")[0]
    held = keys(tree, parts[0])
    if key and held is not None and key not in held:
        shown = f"only {', '.join(sorted(held))}" if held else "no keys: it is a plain text"
        yield Hit(resource, path, f"{parts[0]} has no key {key}, {shown}", "Read a key that the secret has.")
