"""Tags that no service takes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.schemas import schema
from gate.tree import STACK_TYPE, Path, Resource, Tree, Value, as_text, dig, text

_TEMPLATE = """
Parameters:
  Owner: {{Type: String, Default: {owner}}}
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      Tags:
        - {{Key: Environment, Value: dev}}
        - {{Key: !Ref Owner, Value: films}}
"""
_MOST, _KEY, _VALUE = 50, 128, 256


@rule(
    id="E9176",
    title="Tags have a key of their own, and a length that services take",
    reason=(
        "Every service refuses a key that is there twice or begins with aws:, keys beyond 128 and values beyond 256 "
        "characters, and more than 50 tags."
    ),
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    good=_TEMPLATE.format(owner="Owner"),
    bad=_TEMPLATE.format(owner="Environment"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the tags of every resource that has some."""
    for resource in tree.resources():
        declared = schema(resource.type, tree.context.region)
        name = "Tags" if resource.type == STACK_TYPE else declared.tag_property if declared else None
        if name:
            yield from _judge(resource, name, resource.get(name))


def _judge(resource: Resource, name: str, tags: Value) -> Iterator[Hit]:
    seen: dict[str, Path] = {}
    pairs = list(_pairs(name, tags))
    if len(pairs) > _MOST:
        yield Hit(resource, name, f"there are {len(pairs)} tags; {_MOST} are taken", "Keep the tags that are used.")
    for path, key, value in pairs:
        length = len(text(value) or "")
        if key is None:
            continue
        if seen.setdefault(key, path) != path:
            yield Hit(resource, path, f"the key {key} is there twice", "Keep one of the two.")
        if key.lower().startswith("aws:"):
            yield Hit(resource, path, f"{key} begins with aws:, which is reserved", "Choose another key.")
        if not 1 <= len(key) <= _KEY:
            yield Hit(resource, path, f"the key has {len(key)} characters; 1 to {_KEY} are taken", "Shorten it.")
        if length > _VALUE:
            yield Hit(resource, path, f"the value has {length} characters; {_VALUE} are taken", "Shorten it.")


def _pairs(name: str, tags: Value) -> Iterator[tuple[Path, str | None, Value]]:
    """Yield place, key and value of each tag of a list or an object."""
    if isinstance(tags, dict):
        yield from (((name, key), key, value) for key, value in tags.items())
    for place, tag in enumerate(tags if isinstance(tags, list) else []):
        yield (name, place), as_text(dig(tag, "Key")), dig(tag, "Value")
