"""Options of the whole test run."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one way in which golden files are rewritten."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/golden/ from what is built now")
