"""Trees written in a few lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from gate.tree import Context, Tree, Value, load_tree

PLACEHOLDER = {"Type": "AWS::SNS::Topic"}


def tree(
    folder: Path,
    files: Mapping[str, object],
    parameters: Mapping[str, str] | None = None,
    context: Context | None = None,
) -> Tree:
    """Write templates (texts, or data as JSON) and load the tree below the first."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body if isinstance(body, str) else json.dumps(body))
    return load_tree(folder / next(iter(files)), folder=folder, parameters=parameters, context=context)


def evaluate(folder: Path, value: object, parameters: Mapping[str, str] | None = None, **sections: object) -> Value:
    """Return what a property of this value becomes, beside a queue ``Queue`` and a VPC ``Vpc`` in the template."""
    resources = {
        "Here": {"Type": "AWS::SNS::Topic", "Properties": {"P": value}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    }
    made = tree(folder, {"root.json": {"Resources": resources, **sections}}, parameters)
    here = made.resource("root.Here")
    assert here is not None
    return here.get("P")


def codes(made: Tree) -> list[str]:
    """Return the codes of the tree's problems, sorted."""
    return sorted(problem.code for problem in made.problems)
