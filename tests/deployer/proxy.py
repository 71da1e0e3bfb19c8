"""A proxy on 127.0.0.1 between the deployer and the embedded cloud that makes things go wrong."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest


class Fault(Enum):
    """What goes wrong with one request."""

    THROTTLED = "throttled"
    BROKEN = "500"
    REFUSED = "connection dropped before the request is carried out"
    LOST = "connection dropped after the request is carried out"
    SLOW = "no answer in time, though the request is carried out"
    EXPIRED = "expired credentials"


SLOW_SECONDS = 1.2
READ_SECONDS = 0.8

Policy = Callable[[str, int], Fault | None]
"""Given a call's name and how often it was seen before, says what goes wrong with it."""


@dataclass
class Proxy:
    """A running proxy; ``policy`` may be changed at any time. It counts what it was asked and what it injected."""

    port: int
    policy: Policy = lambda *_: None
    seen: Counter[str] = field(default_factory=Counter)
    injected: Counter[tuple[Fault, str]] = field(default_factory=Counter)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def decide(self, call: str) -> Fault | None:
        fault = self.policy(call, self.seen[call])
        self.seen[call] += 1
        if fault:
            self.injected[fault, call] += 1
        return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: ClassVar[Proxy]
    target: ClassVar[int]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing."""

    def _handle(self) -> None:
        body = self._body()
        call = name(self.command, self.path, self.headers.get("X-Amz-Target", ""), body)
        match self.proxy.decide(call):
            case Fault.THROTTLED:
                self._error(*(("SlowDown", 503) if call.startswith("s3:") else ("Throttling", 400)))
            case Fault.BROKEN:
                self._error("InternalFailure", 500)
            case Fault.EXPIRED:
                self._error("ExpiredToken", 403)
            case Fault.REFUSED:
                self.close_connection = True
            case Fault.LOST:
                self._forward(body)
                self.close_connection = True
            case Fault.SLOW:
                answer = self._forward(body)
                time.sleep(SLOW_SECONDS)
                self._answer(*answer)
            case None:
                self._answer(*self._forward(body))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815 - the names are given

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=30)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in {"transfer-encoding", "connection", "expect"}}
        connection.request(self.command, self.path, body, {**kept, "Content-Length": str(len(body))})
        answer = connection.getresponse()
        data = answer.read()
        headers = dict(answer.getheaders())
        connection.close()
        return answer.status, headers, data

    def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
        try:
            self.send_response_only(status)
            for key, value in headers.items():
                if key.lower() not in {"transfer-encoding", "content-length", "connection"}:
                    self.send_header(key, value)
            length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(data))
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def _error(self, code: str, status: int) -> None:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>injected</Message></Error>"
            "<RequestId>0</RequestId></ErrorResponse>"
        )
        if self.headers.get("X-Amz-Target"):
            body = f'{{"__type": "{code}", "message": "injected"}}'
        elif "Action=" not in self.path and self.command != "POST":
            body = f"<Error><Code>{code}</Code><Message>injected</Message></Error>"
        self._answer(status, {"Content-Type": "text/xml"}, b"" if self.command == "HEAD" else body.encode())


def name(method: str, path: str, target: str, body: bytes) -> str:
    """Return what a request calls: ``CreateChangeSet``, ``s3:PUT object``, ``s3:GET ?versioning``."""
    if target:
        return target.rpartition(".")[2]
    action = parse_qs(body.decode("latin-1")).get("Action") if method == "POST" else None
    if action:
        return action[0]
    parts = urlsplit(path)
    query = parts.query.split("&")[0].split("=")[0]
    kind = f"?{query}" if query else ("object" if parts.path.strip("/").count("/") else "bucket")
    return f"s3:{method} {kind}"


@contextmanager
def proxied(port: int) -> Iterator[Proxy]:
    """Run a proxy in front of a port of this machine."""
    settings: dict[str, Any] = {"target": port}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), settings))
    server.daemon_threads = True
    proxy = Proxy(server.server_port)
    server.RequestHandlerClass.proxy = proxy  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore retry without waiting, and give up waiting for an answer soon."""

    class Clock:
        """The clock of botocore's retries."""

        sleep = staticmethod(lambda _: None)
        time = staticmethod(time.time)

    monkeypatch.setattr("botocore.endpoint.time", Clock)
    monkeypatch.setattr("deployer.aws.clients.READ_SECONDS", READ_SECONDS)
