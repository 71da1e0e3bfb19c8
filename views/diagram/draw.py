"""A picture as SVG or PNG, drawn by Graphviz.

``graphviz-pure`` writes the same bytes on every machine: it has its own fonts and its own arithmetic.
"""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from html import escape
from pathlib import Path
from typing import Any

from kit.errors import UserError
from views.diagram.dot import dot
from views.diagram.picture import Picture
from views.diagram.style import DARK

ENGINE = "graphviz-pure"


class DrawError(UserError):
    """The layout engine is missing, or did not draw."""


def svg(picture: Picture) -> str:
    """Draw a picture as SVG that follows the reader's light or dark scheme, with its title and description.

    Raises:
        DrawError: the engine is missing, or did not draw.
    """
    drawn = _run(picture, "svg").decode()
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.DOTALL)
    body = re.sub(r"\n?<title>.*?</title>", "", body, flags=re.DOTALL)  # ids of nodes; they would pop up as tooltips
    head = (
        f'<title id="title">{escape(picture.title)}</title>\n'
        f'<desc id="desc">{escape(picture.description)}</desc>\n'
        f"<style>\n{_stylesheet()}</style>\n"
    )
    return re.sub(
        r"<svg ([^>]*)>\n",
        lambda found: f'<svg role="img" aria-labelledby="title desc" {found[1]}>\n{head}',
        body,
        count=1,
    )


def png(picture: Picture, dots_per_inch: int = 144) -> bytes:
    """Draw a picture as PNG, on white.

    Raises:
        DrawError: the engine is missing, or did not draw.
    """
    return _run(picture, "png", f"-Gdpi={dots_per_inch}")


def layout(picture: Picture) -> dict[str, Any]:
    """Return where everything is, as Graphviz tells it: https://graphviz.org/docs/outputs/json/.

    Raises:
        DrawError: the engine is missing, or did not draw.
    """
    found: dict[str, Any] = json.loads(_run(picture, "json"))
    return found


def _run(picture: Picture, form: str, *options: str) -> bytes:
    engine = Path(sysconfig.get_path("scripts")) / ENGINE
    how = ("-Kneato", "-n2") if picture.placed else ("-Kdot",)
    try:
        done = subprocess.run(  # noqa: S603 - a program of this environment, told what to draw on its standard input
            [engine, *how, f"-T{form}", *options], input=dot(picture).encode(), capture_output=True, check=False
        )
    except OSError as error:
        msg = f"{engine}: cannot be started: {error.strerror}. Install requirements/runtime.txt again"
        raise DrawError(msg) from None
    if done.returncode:
        raise DrawError(f"{ENGINE} did not draw {picture.title}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _stylesheet() -> str:
    dark = "".join(
        f'[fill="{light}"]{{fill:{night}}}[stroke="{light}"]{{stroke:{night}}}\n' for light, night in DARK.items()
    )
    fonts = 'text{font-family:Arial,"Liberation Sans",Arimo,Helvetica,sans-serif}\n'
    return f"{fonts}@media (prefers-color-scheme: dark){{\n{dark}}}\n"
