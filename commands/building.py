"""build, reference: write what the tiers make."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from commands.parsers import Commands

OUT: Final = Path("build")
DOCS: Final = Path("docs")


def add(commands: Commands) -> None:
    """Add the commands."""
    build = commands.add_parser(
        "build",
        help="write build/: root.json, one template per tier, and every environment's parameter forms",
        description="Write one template per tier and a root that nests them, ready for `aws cloudformation package`, "
        "and under environments/ each environment's parameters in the forms that other tools want. "
        "The same sources always give the same bytes; files that did not change are left alone.",
    )
    build.add_argument("--format", choices=("json", "yaml"), default="json", help="of the templates (default: json)")
    build.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="where to (default: build)")
    build.set_defaults(run=_build)

    reference = commands.add_parser("reference", help="write docs/reference.md, docs/rules.md and docs/commands.md")
    reference.set_defaults(run=_reference)


def _build(options: argparse.Namespace) -> int:
    import gc

    # next to nothing that is made here is garbage before the end, so looking for it would only cost time
    gc.disable()
    try:
        from builder.assemble import build

        written = build(options.out, options.format)
    finally:
        gc.enable()
    for path in written.changed:
        print(f"wrote   {options.out / path}")
    for path in written.removed:
        print(f"removed {options.out / path}")
    print(f"{options.out}: {len(written.changed)} changed, {len(written.unchanged)} as they were")
    return 0


def _reference(options: argparse.Namespace) -> int:
    from builder.files import write_file
    from builder.manual import manual
    from builder.reference import reference
    from builder.render import render
    from gate import catalogue

    pages = {
        "reference.md": reference(render()),
        "rules.md": catalogue.markdown() + "\n",
        "commands.md": manual(options.parser),
    }
    for name, text in pages.items():
        changed = write_file(DOCS / name, text)
        print(f"{DOCS / name}: {'written' if changed else 'as it was'}")
    return 0
