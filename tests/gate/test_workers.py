from __future__ import annotations

import subprocess
import sys

import pytest

from gate import workers

REPOSITORY = workers.__file__.rsplit("/", 2)[0]


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run a snippet in a process of its own: forking one that has threads is a risk that only tests would take."""
    return subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_one_worker_is_this_process() -> None:
    seen: list[int] = []
    wait = workers.start([lambda: seen.append(1), lambda: seen.append(2)], 1)
    assert seen == []
    wait()
    assert seen == [1, 2]


@pytest.mark.slow
@pytest.mark.skipif(workers.CORES == 1 and sys.platform != "linux", reason="forks on Linux only")
def test_several_workers_give_results_in_the_order_of_the_tasks() -> None:
    done = run(
        "import os, time\n"
        "from functools import partial\n"
        "from gate.workers import start\n"
        "def task(n): time.sleep(0.02 * (n == 0)); return n, os.getpid()\n"
        "results = start([partial(task, n) for n in range(5000)], 3)()\n"
        "print([n for n, _ in results] == list(range(5000)), 1 < len({pid for _, pid in results}) <= 3)\n"
    )
    assert done.stdout == "True True\n", done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")
def test_a_worker_that_dies_is_an_error_with_a_message() -> None:
    done = run(
        "import os\n"
        "from gate.workers import WorkerError, start\n"
        "try:\n"
        "    start([lambda: os._exit(9), lambda: 1], 2)()\n"
        "except WorkerError as error:\n"
        "    print(error)\n"
    )
    assert "killed" in done.stdout, done.stderr
