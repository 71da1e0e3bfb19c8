"""The review page in a real browser: it fits, loads nothing, and prints what is folded."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from tests.views.test_report import full, review
from views.report import Review, page

__all__ = ["review"]

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium, chromium-browser or google-chrome on the PATH"),
]
PROBE = """
<script>
const frame = document.querySelector("iframe")
frame.onload = () => {
  const page = frame.contentDocument
  const root = page.documentElement
  const found = {
    wide: root.scrollWidth,
    loaded: frame.contentWindow.performance.getEntriesByType("resource").length,
    landmarks: page.querySelectorAll("main section").length,
    paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
    pictures: [...page.querySelectorAll("figure svg")].map(each => each.getBoundingClientRect().height > 50),
    rows: [...page.querySelectorAll("details[open] li")].every(each => each.getBoundingClientRect().height > 0),
  }
  const told = document.createElement("pre")
  told.textContent = JSON.stringify(found)
  document.body.append(told)
}
</script>
"""


def browse(folder: Path, html: str, *options: str) -> str:
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    assert BROWSER
    command = [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run([*command, *options, file.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def looked_at(folder: Path, html: str, width: int, *options: str) -> dict[str, Any]:
    """Show a page in a frame of some width, and tell what a probe outside of it measured."""
    frame = f'<iframe style="width: {width}px; height: 900px; border: 0" srcdoc="{escape(html)}"></iframe>'
    dom = browse(folder, f"<!DOCTYPE html><body>{frame}{PROBE}</body>", "--dump-dom", *options)
    told = re.findall(r"<pre>(.*?)</pre>", dom)
    assert told, dom[-500:]
    found: dict[str, Any] = json.loads(unescape(told[-1]))
    return found


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_fits_its_window_and_loads_nothing(review: Review, tmp_path: Path, width: int) -> None:
    found = looked_at(tmp_path, page(full(review)), width, "--window-size=1600,1000")
    assert found["wide"] <= width
    assert found["loaded"] == 0
    assert found["landmarks"] == 9
    assert found["pictures"]
    assert all(found["pictures"])
    assert found["rows"]


def test_the_page_follows_the_readers_scheme(review: Review, tmp_path: Path) -> None:
    light = looked_at(tmp_path, page(review), 1440, "--blink-settings=preferredColorScheme=1")
    dark = looked_at(tmp_path, page(review), 1440, "--blink-settings=preferredColorScheme=0")
    assert light["paper"] == "rgb(255, 255, 255)"
    assert dark["paper"] == "rgb(13, 17, 23)"


def test_what_is_folded_is_printed(review: Review, tmp_path: Path) -> None:
    folded = page(full(review))
    assert "<details>" in folded
    for name, html in {"folded": folded, "open": folded.replace("<details>", "<details open>")}.items():
        browse(tmp_path, html, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / name}.pdf")
    sizes = [(tmp_path / f"{name}.pdf").stat().st_size for name in ("folded", "open")]
    assert abs(sizes[0] - sizes[1]) < 2000
    hidden = re.sub(r"details::details-content \{[^}]*\}", "", folded)
    browse(tmp_path, hidden, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'hidden.pdf'}")
    assert sizes[0] - (tmp_path / "hidden.pdf").stat().st_size > 2000


def test_the_page_can_be_photographed(review: Review, tmp_path: Path) -> None:
    browse(tmp_path, page(full(review)), "--window-size=1440,2000", f"--screenshot={tmp_path / 'page.png'}")
    assert (tmp_path / "page.png").read_bytes()[16:24] == (1440).to_bytes(4) + (2000).to_bytes(4)
