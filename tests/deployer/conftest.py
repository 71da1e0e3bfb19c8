"""The embedded cloud, for the tests that deploy for real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local import cloud as embedded
from local.cloud import Cloud


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Run a cloud of our own for the session."""
    folder = tmp_path_factory.mktemp("cloud")
    yield embedded.start(folder, idle_seconds=600)
    embedded.stop(folder)
