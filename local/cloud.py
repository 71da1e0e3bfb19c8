"""The embedded cloud: start it, ask it, stop it. Every function may be killed at any time and run again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.request import ProxyHandler, Request, build_opener

from kit.errors import UserError
from local import emulator
from local.environments import ensure
from local.locking import acquire
from local.state import ACCOUNT, PROBE, REGION, RESOURCES, State

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".local-cloud"
IDLE_SECONDS = 4 * 60 * 60.0

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05
_KEPT_VARIABLES = ("HOME", "LANG", "PATH", "TMPDIR")
_LOG_LINES = 15
_ANSWER_SECONDS = 5.0

Tell: TypeAlias = Callable[[str], None]


class CloudError(UserError):
    """The cloud cannot be started, asked or stopped; the message says why and what to do."""


@dataclass(frozen=True)
class Cloud:
    """A running cloud."""

    port: int
    pid: int
    persist: bool
    account: str = ACCOUNT
    region: str = REGION

    @property
    def endpoint(self) -> str:
        """Return the URL at which every service answers."""
        return f"http://127.0.0.1:{self.port}"

    def client_arguments(self) -> dict[str, str]:
        """Return the keyword arguments that make ``boto3.client`` talk to this cloud. The credentials are dummies."""
        return {
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
        }

    def environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return ``base`` for a program that is to talk to this cloud: every AWS setting in it is replaced."""
        kept = {key: value for key, value in base.items() if not key.upper().startswith("AWS_")}
        no_proxy = ",".join(filter(None, ("127.0.0.1", base.get("NO_PROXY", ""))))
        return kept | {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
        }


@dataclass(frozen=True)
class Resource:
    """A deployed resource. ``backing`` is ``service`` where ministack has one for it, or else ``schema``."""

    region: str
    stack: str
    logical_id: str
    type: str
    physical_id: str
    status: str
    backing: str


def start(
    directory: Path = HOME, *, persist: bool = False, idle_seconds: float = IDLE_SECONDS, tell: Tell = print
) -> Cloud:
    """Return the cloud whose state is in ``directory``, starting it where it does not run.

    It stops by itself once nobody has asked it for anything for ``idle_seconds``. With ``persist`` what is deployed
    outlives it. A cloud that runs already is returned as it is. ``tell`` is given a line where the cloud has to be
    installed first. Raise ``CloudError`` when it does not come up, and ``InstallError`` when it cannot be installed.
    """
    python = ensure(ROOT / "local" / "cloud.txt", HOME, tell)
    options = [f"--schemas={_schemas()}", f"--idle-seconds={idle_seconds}", *(["--persist"] if persist else [])]
    spawned, deadline = False, time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if running := status(directory):
            return running
        lock = acquire(directory / "cloud.lock")
        if lock is not None and spawned:
            os.close(lock)
            raise CloudError(f"the cloud did not come up; the end of {directory / 'log'}:\n{_log_tail(directory)}")
        if lock is not None:
            _spawn([str(python), "-m", "local.emulator", str(directory.resolve()), *options], directory, lock)
            spawned = True
        time.sleep(_POLL_SECONDS)
    raise CloudError(f"the cloud does not answer after {_START_SECONDS:.0f} s; see {directory / 'log'}")


def status(directory: Path = HOME) -> Cloud | None:
    """Return the running cloud, or None."""
    state = State.read(directory)
    try:
        answer = _ask(state.port, PROBE) if state else {}
    except (OSError, ValueError):
        return None
    if state is None or answer.get("token") != state.token:
        return None
    return Cloud(port=state.port, pid=state.pid, persist=state.persist)


def stop(directory: Path = HOME) -> bool:
    """Stop the cloud, and return whether it ran. Raise ``CloudError`` if it cannot be stopped."""
    if _free(directory):
        return False
    for kind in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            # Read again each time: a cloud that is just starting has not said yet which process it is.
            if state := State.read(directory):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(state.pid, kind)
            time.sleep(_POLL_SECONDS)
            if _free(directory):
                return True
    raise CloudError(f"the cloud in {directory} does not stop; end its process by hand")


def reset(directory: Path = HOME) -> None:
    """Forget everything that was ever deployed, whether the cloud runs or not."""
    if running := status(directory):
        _ask(running.port, "/_ministack/reset", "POST")
    else:
        shutil.rmtree(directory / "saved", ignore_errors=True)


def resources(cloud: Cloud) -> list[Resource]:
    """Return what is deployed, in every region, and what stands behind it. Raise ``CloudError`` if it is gone."""
    try:
        return [Resource(**record) for record in _ask(cloud.port, RESOURCES)]
    except OSError as error:
        raise CloudError(f"the cloud at {cloud.endpoint} does not answer: {error}") from None


def gaps() -> list[str]:
    """Return what the cloud is known not to do as the real one does, a sentence or two each."""
    return [line.removeprefix("- ") for line in (emulator.__doc__ or "").splitlines() if line.startswith("- ")]


def _spawn(command: list[str], directory: Path, lock: int) -> None:
    """Run the emulator, which goes on in a process of its own; it keeps the lock that this one gives up."""
    (directory / "state.json").unlink(missing_ok=True)
    environ = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ} | {"PYTHONPATH": str(ROOT)}
    try:
        with (directory / "log").open("wb") as log:
            subprocess.run(  # noqa: S603 - our own command
                command,
                check=False,
                cwd=directory,
                env=environ,
                pass_fds=(lock,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
    finally:
        os.close(lock)


def _schemas() -> Path:
    """Return cfn-lint's folder of registry schemas, without importing cfn-lint."""
    found = find_spec("cfnlint")
    if found is None or found.origin is None:
        raise CloudError("cfn-lint, whose schemas complete the cloud, is not installed: run `uv sync`")
    return Path(found.origin).parent / "data" / "schemas"


def _free(directory: Path) -> bool:
    """Return whether no cloud runs, or is about to."""
    lock = acquire(directory / "cloud.lock")
    if lock is not None:
        os.close(lock)
    return lock is not None


def _log_tail(directory: Path) -> str:
    return "\n".join((directory / "log").read_text(errors="replace").splitlines()[-_LOG_LINES:])


def _ask(port: int, path: str, method: str = "GET") -> Any:  # noqa: ANN401 - JSON
    """Return the cloud's answer. No proxy stands between this machine and itself."""
    request = Request(f"http://127.0.0.1:{port}{path}", method=method)
    with build_opener(ProxyHandler({})).open(request, timeout=_ANSWER_SECONDS) as response:
        return json.loads(response.read())
