"""The cloud's process: one at a time, on this machine only, found again, and gone when it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import local
from local.state import State
from tests.local.client import Client
from tests.local.trees import shop

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder whose cloud is stopped afterwards."""
    yield tmp_path
    local.stop(tmp_path)


def gone(directory: Path) -> bool:
    """Wait until the cloud is gone by itself; return whether it is."""
    for _ in range(400):
        if local.status(directory) is None:
            return True
        time.sleep(0.05)
    return False


def test_nothing_runs_in_a_new_folder(tmp_path: Path) -> None:
    assert local.status(tmp_path) is None
    assert local.stop(tmp_path) is False


def test_settings_for_programs_leave_nothing_of_the_users_own() -> None:
    cloud = local.Cloud(port=4711, pid=1, persist=False)
    mine = {"AWS_PROFILE": "prod", "aws_session_token": "secret", "AWS_REGION": "eu-west-1", "PATH": "/bin"}
    environ = cloud.environ(mine)
    assert environ["PATH"] == "/bin"
    assert not {"AWS_PROFILE", "aws_session_token"} & environ.keys()
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4711"
    assert environ["AWS_REGION"] == environ["AWS_DEFAULT_REGION"] == "us-east-1"
    assert "secret" not in str(environ)


def test_gaps_are_named() -> None:
    assert len(local.gaps()) >= 8
    assert all(gap.endswith(".") for gap in local.gaps())


def test_a_state_file_is_written_whole(tmp_path: Path) -> None:
    state = State(pid=1, port=2, token="t", persist=True)
    state.write(tmp_path)
    assert State.read(tmp_path) == state
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]


def test_another_server_at_the_port_is_not_taken_for_the_cloud(tmp_path: Path) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"token": "mine"}')

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        State(pid=os.getpid(), port=server.server_port, token="cloud's", persist=False).write(tmp_path)
        assert local.status(tmp_path) is None
        assert local.stop(tmp_path) is False
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket().bind(('0.0.0.0', 0))",
        "import socket; socket.create_server(('', 0))",
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import asyncio; asyncio.run(asyncio.start_server(lambda *_: None, '0.0.0.0', 0))",
    ],
)
def test_whatever_runs_in_the_cloud_stays_on_this_machine(code: str) -> None:
    hook = "import sys; from local.emulator.__main__ import loopback_only; sys.addaudithook(loopback_only); "
    finished = subprocess.run(
        [sys.executable, "-c", hook + code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "the local cloud stays on 127.0.0.1" in finished.stderr


@pytest.mark.slow
def test_starting_twice_gives_the_same_cloud_and_stopping_ends_it(home: Path) -> None:
    first = local.start(home)
    assert local.start(home, persist=True) == first == local.status(home)
    assert local.stop(home) is True
    assert local.status(home) is None
    assert local.stop(home) is False
    with pytest.raises(local.CloudError, match="does not answer"):
        local.resources(first)


@pytest.mark.slow
def test_a_folder_may_be_named_from_where_one_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    assert local.start(Path("here")) == local.status(home / "here")
    assert local.stop(home / "here")


@pytest.mark.slow
def test_many_starts_at_once_make_one_cloud(home: Path) -> None:
    code = f"import local, pathlib; print(local.start(pathlib.Path({str(home)!r})).pid)"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    pids = {start.communicate()[0] for start in starts}
    assert pids == {f"{local.start(home).pid}\n"}


@pytest.mark.slow
def test_a_killed_cloud_is_noticed_and_started_again(home: Path) -> None:
    first = local.start(home)
    os.kill(first.pid, signal.SIGKILL)
    assert gone(home)
    second = local.start(home)
    assert second.pid != first.pid


@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.0, 0.1, 0.3, 0.6])
def test_a_start_that_is_killed_midway_is_taken_up_by_the_next(home: Path, wait: float) -> None:
    code = f"import local, pathlib; local.start(pathlib.Path({str(home)!r}))"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as start:
        time.sleep(wait)
        start.kill()
    cloud = local.start(home)
    assert local.status(home) == cloud
    assert local.stop(home)
    assert gone(home)


@pytest.mark.slow
def test_a_cloud_that_cannot_start_says_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.cloud._schemas", lambda: home / "nowhere")
    with pytest.raises(local.CloudError, match=r"did not come up(.|\n)*FileNotFoundError"):
        local.start(home)


@pytest.mark.slow
def test_a_cloud_that_nobody_asks_stops_by_itself(home: Path) -> None:
    local.start(home, idle_seconds=0.1)
    assert gone(home)
    assert local.stop(home) in {True, False}
    assert not (home / "state.json").exists()


@pytest.mark.slow
def test_only_a_persistent_cloud_remembers(home: Path) -> None:
    client = Client(local.start(home, persist=True))
    client.create(shop(), Stage="dev")
    deployed = local.resources(client.cloud)
    client.close()
    local.stop(home)
    again = local.start(home, persist=True)
    assert again.port == client.cloud.port
    assert local.resources(again) == deployed
    local.stop(home)
    assert local.resources(local.start(home)) == []


@pytest.mark.slow
def test_a_persistent_cloud_that_is_killed_comes_back_and_goes_on(home: Path) -> None:
    client = Client(local.start(home, persist=True))
    client.create(shop(), Stage="dev")
    deployed = local.resources(client.cloud)
    saved = home / "saved" / "services" / "cloudformation.json"
    for _ in range(400):
        if saved.exists() and "shop-Messaging" in saved.read_text():
            break
        time.sleep(0.05)
    client.close()
    os.kill(client.cloud.pid, signal.SIGKILL)
    text = json.loads(saved.read_text())
    stacks = text["payload"]["stacks"]["data"]
    assert {stack["StackStatus"] for stack in stacks.values()} == {"CREATE_COMPLETE"}
    root = next(stack for stack in stacks.values() if stack["StackName"] == "shop")
    root["StackStatus"] = "UPDATE_IN_PROGRESS"
    saved.write_text(json.dumps(text))
    assert gone(home)
    cloud = local.start(home, persist=True)
    assert local.resources(cloud) == deployed
    assert client.stack("shop")["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    client.cloudformation.continue_update_rollback(StackName="shop")
    assert client.settled("shop", until="UPDATE_ROLLBACK_C") == "UPDATE_ROLLBACK_COMPLETE"
    client.close()


@pytest.mark.slow
def test_reset_forgets_whether_the_cloud_runs_or_not(home: Path) -> None:
    client = Client(local.start(home, persist=True))
    client.create(shop(), Stage="dev")
    client.close()
    local.reset(home)
    assert local.resources(client.cloud) == []
    client = Client(local.start(home))
    client.create(shop(), Stage="dev")
    client.close()
    local.stop(home)
    local.reset(home)
    assert local.resources(local.start(home, persist=True)) == []
