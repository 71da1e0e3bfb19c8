"""How long building and gating take beside what they are measured by: `python -m bench.gate`.

Everything runs in a copy of the repository with a cache of its own. Each figure is the median of several runs of a
whole process, shown in seconds and as a ratio to a run that does the least that could be asked: plain cfn-lint on the
same templates, or the bare import of troposphere. The last column is the same ratio of processor time, which says more
than the clock on a machine that has other things to do, and nothing of what several cores save.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

REPOSITORY: Final = Path(__file__).resolve().parent.parent
_COPIED: Final = ("build.py", "builder", "commands", "deployer", "gate", "kit", "local", "params", "templates")
_REGIONS: Final = ("eu-west-2", "eu-central-1", "us-east-1")
_TIER: Final = "templates/streaming.py"


class Taken(NamedTuple):
    """Seconds by the clock, and seconds of processor time."""

    clock: float
    processor: float


class Copy:
    """A copy of the repository to run commands in."""

    def __init__(self, folder: Path, repeat: int) -> None:
        """Make the copy."""
        self.folder, self.repeat = folder, repeat
        for name in _COPIED:
            source = REPOSITORY / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, folder / name)

    def time(self, command: Sequence[str], prepare: Callable[[], object] = lambda: None, where: str = ".") -> Taken:
        """Return the median time of a command; raises CalledProcessError if it fails."""
        taken = []
        for _ in range(self.repeat):
            prepare()
            start, before = time.perf_counter(), _processor()
            subprocess.run(command, cwd=self.folder / where, check=True, stdout=subprocess.DEVNULL)
            taken.append(Taken(time.perf_counter() - start, _processor() - before))
        return Taken(*(statistics.median(column) for column in zip(*taken, strict=True)))

    def build(self, *arguments: str, prepare: Callable[[], object] = lambda: None) -> Taken:
        """Time a command of build.py."""
        return self.time([sys.executable, "build.py", *arguments], prepare)

    def forget(self) -> None:
        """Empty the cache."""
        shutil.rmtree(self.folder / ".gate-cache", ignore_errors=True)

    def edit(self) -> None:
        """Change one tier: its description."""
        file = self.folder / _TIER
        head, _, rest = file.read_text(encoding="utf-8").partition("\n")
        file.write_text(f'{head.rstrip(chr(34))} Again."""\n{rest}', encoding="utf-8")

    def environments(self, count: int, regions: Sequence[str]) -> None:
        """Replace the environments by so many copies of prod's values."""
        values = json.loads((REPOSITORY / "params" / "prod.json").read_text(encoding="utf-8"))
        tables = []
        for number in range(count):
            name = f"env{number}"
            for entry in values:
                if entry["ParameterKey"] == "Environment":
                    entry["ParameterValue"] = name
            (self.folder / "params" / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
            tables.append(f"[{name}]\nregions = {json.dumps(list(regions))}\n")
        (self.folder / "params" / "environments.toml").write_text("\n".join(tables), encoding="utf-8")


def main() -> None:
    """Run every benchmark and print one line each."""
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each (default: 3)")
    parser.add_argument(
        "--most", type=int, default=50, metavar="N", help="environments in the largest run (default: 50)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _run(Copy(Path(folder), options.repeat), options.most)


def _run(copy: Copy, most: int) -> None:
    bare = copy.time([sys.executable, "-c", "import troposphere.ec2, troposphere.ecs, troposphere.rds"])
    _print("importing troposphere", bare, bare)
    _print(
        "build, nothing there", copy.build("build", prepare=lambda: shutil.rmtree(copy.folder / "build", True)), bare, 3
    )
    _print("build, nothing changed", copy.build("build"), bare, 3)
    _print("--help", copy.build("--help"), bare)

    copy.environments(1, _REGIONS[:1])
    copy.build("build")
    plain = _plain(copy)
    _print("\nplain cfn-lint", plain, plain)
    _print("check, cold", copy.build("check", prepare=copy.forget), plain, 0.5)
    _print("check, nothing changed", copy.build("check"), plain, 0.1)
    _print("lint, cold", copy.build("lint", prepare=copy.forget), plain)
    _print("lint, nothing changed", copy.build("lint"), plain, 0.1)
    _print("lint, one tier changed", copy.build("lint", prepare=copy.edit), plain)
    copy.environments(3, _REGIONS[:2])
    _print("lint, cold, 3 environments x 2 regions", copy.build("lint", prepare=copy.forget), plain, 1.5)

    print()
    copy.repeat = 1
    for count in [number for number in (1, 3, 10, 25, 50) if number <= most]:
        copy.environments(count, _REGIONS)
        _print(f"lint, cold, {count} x {len(_REGIONS)}", copy.build("lint", prepare=copy.forget), plain)
        _print(f"lint, nothing changed, {count} x {len(_REGIONS)}", copy.build("lint"), plain)


def _plain(copy: Copy) -> Taken:
    files = sorted(file.name for file in (copy.folder / "build").glob("*.json"))
    program = Path(sys.executable).with_name("cfn-lint")
    return copy.time([str(program), "--ignore-checks", "W3002", "--template", *files], where="build")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print(what: str, taken: Taken, unit: Taken, limit: float | None = None) -> None:
    ratio = taken.clock / unit.clock
    wanted = "" if limit is None else f"at most {limit:g}x{'' if ratio <= limit else ', EXCEEDED'}"
    processor = taken.processor / unit.processor
    print(f"{what:44}{taken.clock:8.2f} s {ratio:7.2f}x  {wanted:22} processor {processor:.2f}x", flush=True)


if __name__ == "__main__":
    main()
