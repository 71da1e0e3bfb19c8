"""What the running cloud tells about itself: one small file, written by the cloud and read by everybody else."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "000000000000"
REGION = "us-east-1"
PROBE = "/_local/probe"
RESOURCES = "/_local/resources"


@dataclass(frozen=True)
class State:
    """The process that serves the cloud. ``token`` tells it from any other server that may come to have its port."""

    pid: int
    port: int
    token: str
    persist: bool

    def write(self, directory: Path) -> None:
        """Write the state file, atomically."""
        scratch = directory / f"state.{os.getpid()}.tmp"
        scratch.write_text(json.dumps(asdict(self)))
        scratch.replace(directory / "state.json")

    @classmethod
    def read(cls, directory: Path) -> State | None:
        """Return what was last written, or None; the process may have gone since."""
        try:
            return cls(**json.loads((directory / "state.json").read_text()))
        except FileNotFoundError:
            return None
