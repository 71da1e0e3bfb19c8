"""The platform with an environment's values, as the gate evaluates it."""

from __future__ import annotations

import json
from typing import Protocol

import pytest

from gate.tree import Context, Tree, load_tree
from tests.templates.rendering import rendered


class Evaluate(Protocol):
    """Evaluates the platform: root parameters by name, and the region to be in."""

    def __call__(self, region: str = "eu-west-2", **parameters: str) -> Tree: ...


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Evaluate:
    folder = tmp_path_factory.mktemp("platform")
    for name, template in rendered().items():
        (folder / f"{name}.json").write_text(json.dumps(template), encoding="utf-8")

    def evaluate(region: str = "eu-west-2", **parameters: str) -> Tree:
        given = {"Environment": "test", **parameters}
        return load_tree(folder / "root.json", parameters=given, context=Context(region=region))

    return evaluate
