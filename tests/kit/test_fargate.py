from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from kit import fargate

PAIRS = [(cpu, memory) for cpu, sizes in fargate.SIZES.items() for memory in sizes]


@pytest.fixture(scope="module")
def offers() -> list[dict[str, Any]]:
    """Read cfn-lint's own table of the tasks that Fargate offers: for each CPU, which memory."""
    file = files("cfnlint.data.schemas.extensions.aws_ecs_taskdefinition") / "fargate_cpu_memory.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["then"]["anyOf"]
    return [{name: row["properties"][name]["then"] for name in ("Cpu", "Memory")} for row in rows]


def offered(offers: list[dict[str, Any]], cpu: int, memory: int) -> bool:
    for offer in offers:
        if str(cpu) in offer["Cpu"]["enum"]:
            sizes = offer["Memory"]
            steps = range(sizes.get("minimum", 0), sizes.get("maximum", -1) + 1, sizes.get("multipleOf", 1))
            return memory in sizes.get("enum", steps)
    return False


@pytest.mark.parametrize(("cpu", "memory"), PAIRS)
def test_every_size_to_choose_is_one_that_fargate_offers(offers: list[dict[str, Any]], cpu: int, memory: int) -> None:
    assert offered(offers, cpu, memory)


@pytest.mark.parametrize(("cpu", "memory"), [(256, 4096), (2048, 4097), (300, 1024)])
def test_a_size_that_fargate_does_not_offer_is_told_apart(offers: list[dict[str, Any]], cpu: int, memory: int) -> None:
    assert not offered(offers, cpu, memory)


def test_sizes_and_counts_ascend() -> None:
    for steps in (fargate.CPU, fargate.MEMORY, fargate.LEAST, fargate.MOST):
        assert list(steps) == sorted(set(steps))
