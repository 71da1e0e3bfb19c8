"""Options of the whole test run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes says nothing about whether it is right
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one way in which golden files are rewritten."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/golden/ from what is built now")
