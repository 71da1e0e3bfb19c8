"""Serve the cloud on 127.0.0.1: ``python -m local.emulator``, run in the cloud's own virtual environment.

The parent process takes the lock that says a cloud is running, and hands it down: it is given up when this process
ends, however it ends. What else there is to know about the running cloud is in the state file.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import json
import logging
import os
import secrets
import signal
import socket
import sys
import time
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from local.state import ACCOUNT, PROBE, REGION, RESOURCES, State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Scope: TypeAlias = "dict[str, Any]"
App: TypeAlias = "Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]"

_SAVE_SECONDS = 2.0


def main() -> None:
    """Serve until asked to stop, or until nobody has asked for anything for as long as ``--idle-seconds`` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where the cloud's state is kept")
    parser.add_argument("--schemas", type=Path, required=True, help="cfn-lint's folder of registry schemas")
    parser.add_argument("--persist", action="store_true", help="keep what is deployed when the cloud stops")
    parser.add_argument("--idle-seconds", type=float, required=True)
    options = parser.parse_args()
    if os.fork():
        os._exit(0)
    os.setsid()
    sys.addaudithook(loopback_only)
    saved: Path = options.directory / "saved"
    listener = bound(last_port(saved) if options.persist else 0)
    port: int = listener.getsockname()[1]
    state = State(pid=os.getpid(), port=port, token=secrets.token_hex(16), persist=options.persist)
    state.write(options.directory)
    if options.persist:
        saved.mkdir(exist_ok=True)
        (saved / "port").write_text(str(port))
    os.environ |= environment(saved, port, persist=options.persist)
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(options, listener, state))
    (options.directory / "state.json").unlink()


def last_port(saved: Path) -> int:
    """Return the port that the saved cloud had, which the URLs that it gave out name, or 0."""
    return int((saved / "port").read_text()) if (saved / "port").exists() else 0


def loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to listen on, or to call, anything but this machine; as an audit hook, so no library is exempt."""
    if event in ("socket.bind", "socket.connect") and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        with contextlib.suppress(ValueError):
            if ip_address(host).is_loopback:
                return
        if host != "localhost":
            raise PermissionError(errno.EACCES, f"the local cloud stays on 127.0.0.1: {event} to {host!r} refused")


def bound(port: int) -> socket.socket:
    """Return a socket bound to ``port`` of 127.0.0.1, or to a free one where that is taken or 0."""
    for candidate in (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
        except OSError:
            listener.close()
        else:
            return listener
    raise SystemExit("no free port on 127.0.0.1")


def environment(saved: Path, port: int, *, persist: bool) -> dict[str, str]:
    """Return ministack's settings. It reads them when it is imported."""
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": str(int(persist)),
        "S3_DATA_DIR": str(saved / "s3"),
        "S3_PERSIST": str(int(persist)),
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(saved / "services"),
    }


async def serve(options: argparse.Namespace, listener: socket.socket, state: State) -> None:
    """Complete ministack, serve it, and tell that it answers."""
    application: Any = import_module("ministack.app")
    hypercorn: Any = import_module("hypercorn.asyncio")
    config: Any = import_module("hypercorn.config").Config()
    completion = import_module("local.emulator.completion")
    inventory = import_module("local.emulator.inventory")
    registry = import_module("local.emulator.schema").Registry(options.schemas)
    import_module("local.emulator.corrections").install()
    backed = completion.install(registry)
    for name in ("nesting", "describing", "change_sets", "events"):
        import_module(f"local.emulator.{name}").install()

    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stop, activity = asyncio.Event(), Activity()
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, stop.set)
    answers = {PROBE: lambda: {"token": state.token}, RESOURCES: lambda: inventory.resources(backed)}
    app = observed(application.app, answers, activity)
    server = asyncio.create_task(hypercorn.serve(app, config, shutdown_trigger=stop.wait))
    saved = activity.requests
    while not server.done() and not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _SAVE_SECONDS)
        if options.persist and activity.requests != saved:
            saved = activity.requests
            await asyncio.to_thread(save, application)
        if activity.idle() > options.idle_seconds:
            stop.set()
    await server


def save(application: Any) -> None:  # noqa: ANN401 - a module of ministack's
    """Write down what is deployed, so that a killed cloud loses a few seconds at most."""
    import_module("ministack.core.persistence").save_all(application._build_persistence_save_dict())


class Activity:
    """When the cloud was last asked for something."""

    def __init__(self) -> None:
        """Start the clock."""
        self.requests = 0
        self._last = time.monotonic()

    def note(self) -> None:
        """Note a request."""
        self.requests += 1
        self._last = time.monotonic()

    def idle(self) -> float:
        """Return the seconds since the last request."""
        return time.monotonic() - self._last


def observed(app: App, answers: dict[str, Callable[[], Any]], activity: Activity) -> App:
    """Return ``app`` with our own read-only paths, and every other request noted."""

    async def answering(
        scope: Scope, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        answer = answers.get(scope.get("path", "")) if scope["type"] == "http" else None
        if answer is None:
            activity.note()
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer()).encode()})

    return answering


if __name__ == "__main__":
    main()
