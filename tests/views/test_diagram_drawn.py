"""How the platform's own diagrams come out: complete, legible, and the committed ones current."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import build
from builder import assemble
from commands.diagram import PICTURES, pictures
from gate.tree import Context, Tree, load_tree
from tests.views.layouts import Drawn, crossed, drawn, holds, overlap
from views.diagram import data, draw, inside, network, stacks
from views.diagram.catalogue import called
from views.diagram.picture import Box, Edge, Node, Picture
from views.diagram.places import placed
from views.diagram.style import DARK
from views.diagram.traffic import RULES

REPOSITORY = Path(__file__).parent.parent.parent
ENVIRONMENTS = ("dev", "prod")


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tree]:
    out = tmp_path_factory.mktemp("build")
    return {
        environment.name: load_tree(
            out / "root.json", parameters=environment.parameters, context=Context(region=environment.regions[0])
        )
        for environment in assemble.built(out, ENVIRONMENTS)
    }


@pytest.fixture(scope="module")
def all_pictures(trees: dict[str, Tree]) -> list[Picture]:
    return [
        picture
        for name, tree in trees.items()
        for picture in (
            stacks.picture(tree, name),
            network.picture(tree, name),
            data.picture(tree, name),
            *(inside.picture(tree, name, stack) for stack in inside.names(tree)),
        )
    ]


def flaws(picture: Picture) -> list[str]:
    """List what makes a picture hard to read."""
    made = drawn(picture)
    texts = [*made.labels, *made.titles]
    found = [
        f"{one} on {other}" for (one, a), (other, b) in itertools.combinations(made.nodes.items(), 2) if overlap(a, b)
    ]
    found += [
        f"label of {one} on {other}" for (one, a), (other, b) in itertools.combinations(texts, 2) if overlap(a, b)
    ]
    found += [f"label of {one} on {other}" for one, a in texts for other, b in made.nodes.items() if overlap(a, b)]
    for arrow, points in made.arrows:
        own = {arrow, *arrow.split(" -> ")}
        boxes = itertools.chain(texts, made.nodes.items())
        found += [f"arrow {arrow} through {other}" for other, box in boxes if other not in own and crossed(box, points)]
    return found


def test_nothing_overlaps_and_no_arrow_runs_through_anything(all_pictures: list[Picture]) -> None:
    assert {picture.title: flaws(picture) for picture in all_pictures if flaws(picture)} == {}


@pytest.mark.parametrize(
    "other",
    [
        {"NatMode": "none", "InterfaceEndpoints": "true"},
        {"NatMode": "regional"},
        {"ZoneCount": "3", "NatMode": "per-zone", "InterfaceEndpoints": "true", "EnableTrail": "false"},
    ],
    ids=str,
)
def test_other_values_come_out_as_well(other: dict[str, str], tmp_path: Path) -> None:
    (dev,) = assemble.built(tmp_path, ["dev"])
    context = Context(region=dev.regions[0])
    tree = load_tree(tmp_path / "root.json", parameters={**dev.parameters, **other}, context=context)
    assert (
        flaws(stacks.picture(tree, "dev"))
        == flaws(network.picture(tree, "dev"))
        == flaws(data.picture(tree, "dev"))
        == []
    )


def test_overlaps_and_crossings_are_seen() -> None:
    def square(name: str, left: float) -> Node:
        return Node(name, name, "part", (), "", Box(left, 0, left + 60, 40))

    corners = ((60.0, 20.0), (300.0, 20.0), (300.0, 20.0), (260.0, 20.0))
    edge = Edge("a", "c", "traffic", "tcp", corners, (130, 20))
    picture = Picture("t", "d", (square("a", 0), square("b", 50), square("c", 200)), (edge,), placed=True)
    assert "a on b" in flaws(picture)
    assert "label of a -> c on b" not in flaws(picture)
    assert "arrow a -> c through b" in flaws(picture)


def test_texts_fit_into_their_boxes(all_pictures: list[Picture]) -> None:
    for picture in all_pictures:
        made = drawn(picture)
        assert {name for name, box in made.words.items() if not holds(made.nodes[name], box)} == set()


def test_frames_hold_what_is_in_them(all_pictures: list[Picture]) -> None:
    framed = 0
    for picture in all_pictures:
        made: Drawn = drawn(picture)
        for node in picture.nodes:
            if node.group:
                framed += 1
                assert holds(made.frames[node.group], made.nodes[node.id]), node
    assert framed > 50


def test_every_stack_and_every_hand_over_is_drawn_once(trees: dict[str, Tree]) -> None:
    for name, tree in trees.items():
        picture = stacks.picture(tree, name)
        assert [node.id for node in picture.nodes] == inside.names(tree)
        assert len({(edge.source, edge.target) for edge in picture.edges}) == len(picture.edges)
        arrows = sum(
            int(edge.label.split()[0]) if " outputs" in edge.label else len(edge.label.splitlines())
            for edge in picture.edges
        )
        said = sum(line.startswith("+ ") for node in picture.nodes for line in node.lines)
        assert arrows + said == len(stacks.hand_overs(tree)) > 40


def test_what_is_in_a_subnet_is_drawn_in_its_zones_and_everything_else_below(trees: dict[str, Tree]) -> None:
    for name, tree in trees.items():
        made = drawn(network.picture(tree, name))
        clusters = {called(each) for each in tree.resources("AWS::RDS::DBInstance")}
        for resource, subnets in placed(tree).items():
            if called(resource) not in clusters:
                box = made.nodes[called(resource)]
                touched = {frame for frame, place in made.frames.items() if overlap(place, box)}
                wanted = {called(subnet) for subnet in subnets}
                assert {frame for frame in touched if frame.startswith("Network.")} == wanted


def test_every_resource_of_a_stack_is_in_its_picture(trees: dict[str, Tree]) -> None:
    joints = {"AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCGatewayAttachment", *RULES}
    for name, tree in trees.items():
        for stack in inside.names(tree):
            picture = inside.picture(tree, name, stack)
            said = set(re.findall(r"\w+", " ".join(part for node in picture.nodes for part in (node.id, *node.lines))))
            active = {
                each for each in tree.resources() if each.stack.path == f"root/{stack}" and each.type not in joints
            }
            assert {each.id for each in active} <= said


def test_the_workers_and_their_data_are_in_the_data_picture(trees: dict[str, Tree]) -> None:
    edges = {(edge.source, edge.target, edge.kind, edge.label) for edge in data.picture(trees["prod"], "prod").edges}
    assert {
        ("Compute.Service", "Streaming.Ingest", "data", "reads"),
        ("Compute.Service", "Streaming.Analytics", "data", "writes"),
        ("Compute.Service", "Streaming.DeadLetters", "data", "writes"),
        ("Compute.Service", "Database.Cluster", "data", "queries"),
        ("Compute.Service", "Database.Cluster", "traffic", "tcp 5432"),
        ("Compute.Service", "Storage.Files", "data", "mounts"),
        ("Api.Api", "Api.Link", "traffic", "forwards"),
        ("Rotation.Function", "Security.ApiKey", "data", "reads, writes"),
    } <= edges
    assert not [edge for edge in edges if edge[0] == "Api.Service" and edge[1].startswith("Database.")]


def test_kinds_of_arrows_differ_by_more_than_colour(all_pictures: list[Picture]) -> None:
    for picture in all_pictures:
        tree = ET.fromstring(draw.svg(picture))
        dashes = {
            (group.get("class") or "").removeprefix("edge "): path.get("stroke-dasharray")
            for group in tree.iter("{http://www.w3.org/2000/svg}g")
            if (group.get("class") or "").startswith("edge ")
            for path in group.findall("{http://www.w3.org/2000/svg}path")
        }
        assert len(set(dashes.values())) == len(dashes)


def test_an_svg_names_and_describes_itself_and_has_two_schemes(trees: dict[str, Tree]) -> None:
    text = draw.svg(data.picture(trees["dev"], "dev"))
    svg = ET.fromstring(text)
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "title desc")
    assert [each.tag.partition("}")[2] for each in svg[:3]] == ["title", "desc", "style"]
    used = set(re.findall(r'(?:fill|stroke)="(#\w+)"', re.sub(r"<style>.*</style>", "", text, flags=re.DOTALL)))
    assert "#0a5bb5" in used <= DARK.keys()


def test_a_png_is_one(trees: dict[str, Tree]) -> None:
    assert draw.png(stacks.picture(trees["dev"], "dev")).startswith(b"\x89PNG\r\n\x1a\n")


def test_the_engine_missing_is_one_line(trees: dict[str, Tree], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "ENGINE", "no-such-engine")
    with pytest.raises(draw.DrawError, match=r"no-such-engine: cannot be started: No such file or directory. Install"):
        draw.svg(stacks.picture(trees["dev"], "dev"))


def test_the_committed_pictures_are_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If not: ./build.py pictures."""
    monkeypatch.chdir(tmp_path)
    committed = {file.name: file.read_text(encoding="utf-8") for file in (REPOSITORY / PICTURES).iterdir()}
    assert committed == pictures()


def test_every_committed_picture_is_shown_somewhere() -> None:
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert [file.name for file in (REPOSITORY / PICTURES).iterdir() if f"pictures/{file.name})" not in text] == []


def test_graph_prints_or_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert build.main(["graph", "dev", "--view", "data", "--format", "mermaid"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"flowchart LR\n")
    assert build.main(["graph", "dev", "--stack", "Cache", "--out", "cache.svg"]) == 0
    assert b"cache.svg: written" in capfdbinary.readouterr().out
    assert "dev: inside Cache" in Path("cache.svg").read_text(encoding="utf-8")
    assert build.main(["graph", "dev", "--format", "png", "--out", "stacks.png"]) == 0
    assert Path("stacks.png").read_bytes().startswith(b"\x89PNG")
    assert build.main(["graph", "dev", "--stack", "cache"]) == 2
    assert b"there is no stack cache in dev; there are Network" in capfdbinary.readouterr().err


def test_pictures_writes_them_all_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert build.main(["pictures"]) == 0
    assert "0 as they were" in capsys.readouterr().out
    assert build.main(["pictures"]) == 0
    assert capsys.readouterr().out == f"docs/pictures: 0 changed, {len(list(PICTURES.iterdir()))} as they were\n"
