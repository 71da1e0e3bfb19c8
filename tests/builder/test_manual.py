from __future__ import annotations

import argparse
from pathlib import Path

import build
from builder.manual import manual

PAGE = Path(__file__).parent.parent.parent / "docs" / "commands.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(build._parser()), "run: tox run -e goldens"


def test_every_command_is_on_the_page_with_its_arguments_and_exit_codes() -> None:
    parser = argparse.ArgumentParser(prog="x", epilog="exit codes:\n  0    fine\n  130  interrupted\n")
    commands = parser.add_subparsers()
    show = commands.add_parser("show", help="show it", description="Show all of it.")
    show.add_argument("names", nargs="*", metavar="NAME", help="a | b")
    show.add_argument("what")
    show.add_argument("-f", "--format", choices=("text", "json"), help="how")
    show.add_argument("--deep", action="store_true", help="all")
    commands.add_parser("local", help="locally").add_subparsers().add_parser("stop", help="stop it")
    page = manual(parser)
    assert "| 0 | fine |\n| 130 | interrupted |\n" in page
    assert (
        "## show\n\nShow all of it.\n\n| argument | what it is |\n|---|---|\n"
        "| `[NAME ...]` | a \\| b |\n| `what` |  |\n| `-f, --format {text,json}` | how |\n| `--deep` | all |\n"
    ) in page
    assert page.endswith("## local stop\n\nStop it.\n")
