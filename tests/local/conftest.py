"""One cloud for all tests of a worker, in a folder of its own; what it installs is kept for the next run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import local
from tests.local.client import Client


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Cloud]:
    """A running cloud."""
    directory = tmp_path_factory.mktemp("cloud")
    yield local.start(directory, idle_seconds=600)
    assert local.stop(directory)


@pytest.fixture
def client(cloud: local.Cloud) -> Iterator[Client]:
    """A client of an empty cloud."""
    client = Client(cloud)
    yield client
    client.close()
