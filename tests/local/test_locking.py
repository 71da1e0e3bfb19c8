from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local.locking import acquire, held


def test_a_lock_is_held_by_one_and_free_once_it_is_closed(tmp_path: Path) -> None:
    first = acquire(tmp_path / "folder" / "lock")
    assert first is not None
    assert acquire(tmp_path / "folder" / "lock") is None
    os.close(first)
    with held(tmp_path / "folder" / "lock"):
        assert acquire(tmp_path / "folder" / "lock") is None
    second = acquire(tmp_path / "folder" / "lock")
    assert second is not None
    os.close(second)


def test_a_child_that_inherits_the_lock_holds_it_until_it_ends(tmp_path: Path) -> None:
    lock = acquire(tmp_path / "lock")
    assert lock is not None
    waits = [sys.executable, "-c", "input()"]
    with subprocess.Popen(waits, stdin=subprocess.PIPE, pass_fds=(lock,)) as child:
        os.close(lock)
        assert acquire(tmp_path / "lock") is None
        child.kill()
    again = acquire(tmp_path / "lock")
    assert again is not None
    os.close(again)
