"""What people see of a timeline: in a terminal, and as an SVG."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from builder import assemble
from gate.tree import Context, load_tree
from views.timeline import Timeline, svg, text, timeline
from views.timeline.layout import APART, lanes
from views.timeline.rows import clock, groups, ticks
from views.timeline.svg import EDGE, NAMES, WIDTH

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session", params=["dev", "prod"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    out = tmp_path_factory.mktemp("build")
    (environment,) = assemble.built(out, [request.param])
    context = Context(region=environment.regions[0])
    return timeline(load_tree(out / "root.json", parameters=environment.parameters, context=context))


@pytest.fixture(scope="session")
def picture(made: Timeline) -> ET.Element:
    return ET.fromstring(svg(made, "one eu-west-2"))


def test_a_clock_shows_minutes_and_seconds() -> None:
    assert [clock(seconds) for seconds in (0, 9, 60, 3605)] == ["0:00", "0:09", "1:00", "60:05"]


@pytest.mark.parametrize("seconds", [0, 59, 1143, 90_000])
def test_an_axis_has_whole_minutes_and_not_too_many(seconds: int) -> None:
    shown = list(ticks(seconds, 24))
    assert shown[0] == 0
    assert len(shown) <= 26
    assert not [second for second in shown if second % 60 or second > seconds]


def test_every_resource_is_in_one_row_and_only_equals_share_one(made: Timeline) -> None:
    rows = [row for group in groups(made) for row in group.rows]
    assert sorted(step.path for row in rows for step in row.steps) == sorted(step.path for step in made.steps)
    for row in rows:
        assert len({(step.stack, step.type, step.start, step.end) for step in row.steps}) == 1
        assert row.critical == (row.steps[0].path in made.critical)
        assert not row.critical or len(row.steps) == 1 or all(step.path in made.critical for step in row.steps)


# --- terminal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [70, 80, 120, 200])
def test_rows_are_as_wide_as_the_terminal(made: Timeline, width: int) -> None:
    lines = text(made, "one eu-west-2", width).splitlines()
    rows = [line for line in lines if re.search(r"\d:\d\d +\d+:\d\d$", line)]
    assert len(rows) > len(made.stacks)
    assert {len(line) for line in rows} == {width}
    assert max(map(len, lines)) <= width


def test_a_very_narrow_terminal_still_gets_bars(made: Timeline) -> None:
    assert text(made, "one", 10) == text(made, "one", 68)


def test_the_critical_path_has_a_sign_and_a_bar_of_its_own(made: Timeline) -> None:
    drawn = text(made, "one", 120).split("\n\nExpected")[0].splitlines()
    marked = {line.split()[1] for line in drawn if line.startswith("  ◆ ")}
    assert marked == {step.id for step in made.critical_path}
    assert {line for line in drawn if "█" in line} == {line for line in drawn if "◆" in line}


def test_bars_stand_where_the_time_is(made: Timeline) -> None:
    lines = text(made, "one", 120).splitlines()
    (writer,) = (line for line in lines if line.startswith("  ◆ Writer"))
    (step,) = (step for step in made.steps if step.path == "Database/Writer")
    columns = 120 - 32 - 14 - 2
    assert writer.index("█") - 33 == step.start * columns // made.expected_seconds
    assert writer.count("█") == pytest.approx(step.seconds * columns / made.expected_seconds, abs=1)
    assert writer.endswith(f"{clock(step.start)}{clock(step.seconds):>7}")


def test_the_bound_is_a_line_through_all_rows(made: Timeline) -> None:
    chart = text(made, "one", 120).split("\n\nExpected")[0].splitlines()
    at = {line.index("┊") for line in chart if "┊" in line}
    assert at == {33 + made.bound_seconds * (120 - 32 - 14 - 2) // made.expected_seconds}
    assert sum("┊" in line for line in chart) > len(chart) / 2


def test_the_figures_and_both_paths_are_said_in_words(made: Timeline) -> None:
    said = text(made, "one", 120)
    assert f"{made.ratio:.2f} times the bound of {clock(made.bound_seconds)}" in said
    for step in (*made.critical_path, *made.bound_path):
        assert f"{clock(step.seconds):>10}  {step.path}\n" in said
    spent = re.search(r"(\d+):(\d\d)  for nested stacks", said)
    assert spent
    waiting = int(spent[1]) * 60 + int(spent[2])
    assert waiting + sum(step.seconds for step in made.critical_path) == made.expected_seconds


# --- SVG --------------------------------------------------------------------------------------------------------------


def test_labels_and_bars_never_cover_each_other(made: Timeline) -> None:
    def x(second: int) -> float:
        return NAMES + second * (EDGE - NAMES) / made.expected_seconds

    for group in groups(made):
        placed = lanes(group.rows, x, EDGE)
        assert sorted(row.steps[0].path for lane in placed for shape in lane for row in shape.rows) == sorted(
            row.steps[0].path for row in group.rows
        )
        for lane in placed:
            assert all(one.right + APART <= other.left for one, other in pairwise(lane))
            assert all(shape.left >= NAMES and shape.right <= EDGE + 3 for shape in lane)
            assert all(row.critical == shape.critical for shape in lane for row in shape.rows)


def test_the_picture_names_itself_and_says_what_it_shows(picture: ET.Element, made: Timeline) -> None:
    title, description = picture[0], picture[1]
    assert (picture.get("role"), title.tag, description.tag) == ("img", f"{SVG}title", f"{SVG}desc")
    assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (
        title.text
        == f"one eu-west-2: created in {clock(made.expected_seconds)}, {made.ratio:.2f} times the bound of "
        + clock(made.bound_seconds)
    )
    assert all(step.path in (description.text or "") for step in made.critical_path)


def test_every_resource_is_told_where_one_points(picture: ET.Element, made: Timeline) -> None:
    told = " ".join(title.text or "" for title in picture.iter(f"{SVG}title"))
    for step in made.steps:
        assert re.search(rf"(^|[ ]){re.escape(step.path)}[ ,]", told), step.path


def test_the_critical_path_is_marked_by_sign_weight_and_line(picture: ET.Element, made: Timeline) -> None:
    marked = [node.text or "" for node in picture.iter(f"{SVG}text") if (node.text or "").startswith("◆")]
    assert all(any(step.id in text for text in marked) for step in made.critical_path)
    classes = {node.get("class") for node in picture.iter(f"{SVG}text") if (node.text or "").startswith("◆")}
    assert classes <= {"on", "strong", "beside strong"}
    joined = [node for node in picture.iter(f"{SVG}path") if node.get("class") == "chain"]
    assert len(joined) == len(made.critical_path) - 1


def test_the_bound_stands_beside_the_expected_end(picture: ET.Element, made: Timeline) -> None:
    ends = {node.get("class"): float(node.get("x1", "0")) for node in picture.iter(f"{SVG}line")}
    assert ends["bound"] < ends["end"] == EDGE
    share = (ends["bound"] - NAMES) / (ends["end"] - NAMES)
    assert share == pytest.approx(1 / made.ratio, abs=0.001)
    words = [node.text for node in picture.iter(f"{SVG}text")]
    assert {
        f"bound {clock(made.bound_seconds)}",
        f"expected {clock(made.expected_seconds)}",
        "Expected",
        "Bound",
    } <= set(words)


def test_it_fits_one_screen_and_one_sheet(picture: ET.Element) -> None:
    _, _, width, height = map(float, picture.get("viewBox", "").split())
    assert width == WIDTH
    assert 1.2 <= width / height <= 1.8


def test_it_is_light_and_dark_and_needs_nothing_from_elsewhere(made: Timeline) -> None:
    drawn = svg(made, "one")
    assert "@media (prefers-color-scheme: dark)" in drawn
    assert not re.search(r"href|url\(|@import|<script|<image", drawn)


def test_names_are_escaped(made: Timeline) -> None:
    assert (ET.fromstring(svg(made, "<a> & b"))[0].text or "").startswith("<a> & b: created in")


def luminance(colour: str) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("front", "back"), [("ink", "paper"), ("ink", "band"), ("ink", "bar"), ("hot-ink", "hot"), ("faint", "paper")]
)
def test_what_is_written_can_be_read(made: Timeline, front: str, back: str) -> None:
    """Contrast of 4.5 to 1: https://www.w3.org/TR/WCAG21/#contrast-minimum."""
    for scheme in svg(made, "one").split("@media")[:2]:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", scheme))
        lighter, darker = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5
