from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gate.finding import Finding
from gate.judge import Outcome
from gate.subject import Subject
from gate.tree.load import Folder
from kit.environment import Environment
from views.report import Change, Comparison, Detail, Review, page
from views.report.findings import accepted, standing
from views.report.parameters import parameters
from views.report.pictures import embedded
from views.report.posture import posture

SECTIONS = [
    "summary",
    "changes",
    "gate",
    "posture",
    "permissions",
    "parameters",
    "architecture",
    "timeline",
    "inventory",
]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
NONE = " \N{EN DASH}"
TREE = {
    "root.yaml": """
Parameters:
  Environment: {Type: String, Description: Which one.}
  Nodes: {Type: Number, Default: 2, Description: How many.}
  Note: {Type: String, Default: plain}
  Token: {Type: String, NoEcho: true, Default: hush-hush}
Resources:
  Data: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.yaml}}
  Job:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: job.yaml, Parameters: {TableArn: !GetAtt Data.Outputs.TableArn}}
""",
    "data.yaml": """
Description: "Data: what is kept."
Resources:
  Table: {Type: AWS::DynamoDB::Table, DeletionPolicy: Retain}
  Other: {Type: AWS::DynamoDB::Table}
Outputs:
  TableArn: {Value: !GetAtt Table.Arn}
""",
    "job.yaml": """
Description: "Job: what is done."
Parameters: {TableArn: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: dynamodb:GetItem, Resource: !Ref TableArn}
              - {Effect: Allow, Action: "dynamodb:*", Resource: !Ref TableArn}
""",
}
CHANGES = (
    Change(
        stack="Data",
        id="Table",
        type="AWS::DynamoDB::Table",
        effect="replace",
        holds_data=True,
        note="its data is deleted",
        details=(Detail(name="TableName", before="old-name", after="new-name", replaces=True),),
    ),
    Change(
        stack="Job",
        id="Role",
        type="AWS::IAM::Role",
        effect="change",
        holds_data=False,
        details=(Detail(name="Policies", cause="Table"),),
    ),
    Change(stack="Job", id="Extra", type="AWS::SQS::Queue", effect="add", holds_data=True),
)


def environment(name: str, **values: str) -> Environment:
    return Environment(
        name=name,
        stack_name=f"shop-{name}",
        regions=("eu-west-2", "eu-central-1"),
        account=None,
        protected=False,
        profile="production",
        tags={},
        parameters={"Environment": name, **values},
    )


def finding(**fields: object) -> Finding:
    told = Finding(
        rule="E9201",
        severity="error",
        message="it does not fit",
        fix="Make it fit.",
        link="https://docs.aws.amazon.com/",
        stack="root/Job",
        file="job.yaml",
        logical_id="Role",
        source="templates/job.py:7",
    )
    return replace(told, **fields)  # type: ignore[arg-type]


@pytest.fixture
def review(tmp_path: Path) -> Review:
    for name, text in TREE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    prod = environment("prod", Nodes="3", Note=HOSTILE)
    outcomes = [
        Outcome(
            Subject(
                name=f"prod {region}",
                folder=Folder(tmp_path),
                root="root.yaml",
                parameters=prod.parameters,
                region=region,
            ),
            {},
            (),
        )
        for region in prod.regions
    ]
    return Review(
        environment=prod,
        environments=[environment("dev"), prod],
        outcomes=outcomes,
        comparisons=(),
        sources={"data.yaml": {"Table": "templates/data.py:12"}},
        holding_data={"AWS::DynamoDB::Table"},
        recorded=None,
        security="../../docs/security.md",
    )


class Page(HTMLParser):
    """A page as a list of elements with their attributes, and all of its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.text = ""
        self.section = ""
        self.style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        self.style = tag == "style"
        if tag == "section":
            self.section = found["id"] or ""
        elif tag in {"td", "th", "li"}:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self.style = False
        if tag == "section":
            self.section = ""

    def handle_data(self, data: str) -> None:
        if not self.style:
            self.text += data
            self.texts[self.section] = self.texts.get(self.section, "") + data

    def said(self, section: str) -> str:
        return " ".join(self.texts[section].split())

    def all(self, name: str) -> Iterator[str]:
        yield from (value for _, attributes in self.elements if (value := attributes.get(name)) is not None)


def shown(review: Review) -> Page:
    return Page(page(review))


def full(review: Review) -> Review:
    """Give a review in which every section has something to say."""
    first, *others = review.outcomes
    told = replace(
        first, standing=(finding(),), suppressed=((finding(rule="W9678", severity="warning"), "it is agreed"),)
    )
    comparison = Comparison(against="main", region="eu-west-2", changes=CHANGES)
    return replace(review, outcomes=[told, *others], comparisons=(comparison,))


@pytest.mark.parametrize("whole", [False, True])
def test_every_section_is_there_and_can_be_reached(review: Review, whole: bool) -> None:
    made = shown(full(review) if whole else review)
    assert [attributes["id"] for tag, attributes in made.elements if tag == "section"] == SECTIONS
    ids = list(made.all("id"))
    assert len(ids) == len(set(ids))
    inside = {href[1:] for href in made.all("href") if href.startswith("#")}
    assert set(SECTIONS) <= inside <= set(ids)
    assert {name for names in made.all("aria-labelledby") for name in names.split()} <= set(ids)
    assert next(attributes["href"] for tag, attributes in made.elements if tag == "a") == "#main"


@pytest.mark.parametrize("whole", [False, True])
def test_landmarks_and_headings_are_in_order(review: Review, whole: bool) -> None:
    made = shown(full(review) if whole else review)
    tags = [tag for tag, _ in made.elements]
    assert [tag for tag in tags if tag in {"header", "nav", "main", "footer"}] == ["header", "nav", "main", "footer"]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    assert all(attributes.get("scope") for tag, attributes in made.elements if tag == "th")
    assert dict(made.elements[0][1]) == {"lang": "en"}


def test_nothing_is_loaded_and_no_script_runs(review: Review) -> None:
    text = page(full(review))
    made = Page(text)
    assert not {tag for tag, _ in made.elements} & {"script", "link", "iframe", "object", "embed", "base", "img"}
    assert not [name for _, attributes in made.elements for name in attributes if name.startswith("on")]
    assert not list(made.all("src"))
    assert "@import" not in text
    assert [url for url in re.findall(r"url\(([^)]*)\)", text) if not url.startswith("#")] == []
    policy = next(attributes["content"] for _, attributes in made.elements if "http-equiv" in attributes)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert {href for href in made.all("href") if not href.startswith(("#", "https://"))} == {"../../docs/security.md"}


def test_hostile_text_stays_text(review: Review) -> None:
    first, *others = review.outcomes
    bad = finding(message=HOSTILE, fix=HOSTILE, link="javascript:alert(3)", source=HOSTILE, path=(HOSTILE,))
    changed = Change(
        stack=HOSTILE,
        id=HOSTILE,
        type=HOSTILE,
        effect="change",
        holds_data=True,
        note=HOSTILE,
        details=(
            Detail(name=HOSTILE, before=f'["{HOSTILE}"]', after=HOSTILE),
            Detail(name="b", before=f"a\n{HOSTILE}", after=f"b\n{HOSTILE}"),
            Detail(name="c", cause=HOSTILE),
        ),
    )
    hostile = replace(
        review,
        outcomes=[replace(first, standing=(bad,), suppressed=((bad, HOSTILE),)), *others],
        comparisons=(Comparison(against=HOSTILE, region="eu-west-2", changes=(changed,)),),
        sources={"data.yaml": {"Table": HOSTILE}},
    )
    made = shown(hostile)
    assert not {tag for tag, _ in made.elements} & {"script", "img"}
    assert not [href for href in made.all("href") if href.startswith("javascript")]
    for section, times in {"changes": 9, "gate": 6, "parameters": 1, "inventory": 1}.items():
        assert made.texts[section].count("alert(1)") >= times
        assert HOSTILE in made.texts[section]


def test_the_same_review_gives_the_same_bytes(review: Review, tmp_path: Path) -> None:
    assert page(full(review)) == page(full(review))


def test_changes_are_counted_and_lost_data_is_said_first(review: Review) -> None:
    made = shown(full(review))
    said = made.said("changes")
    assert "In eu-west-2, against main" in said
    assert re.search(
        "0 \N{MINUS SIGN} removed 1 ! replaced 0 [?] may be replaced 1 ~ changed in place 1 [+] added", said
    )
    assert "Data at risk Data/Table (AWS::DynamoDB::Table) is replaced: its data is deleted" in said
    assert "TableName ! forces replacement before: old-name → after: new-name" in said
    assert "Policies follows Table" in said
    assert "3 ! data at risk in 1 resource" in made.said("summary")
    folded = [attributes for tag, attributes in made.elements if tag == "details"]
    assert "open" in folded[0]


def test_a_page_without_a_comparison_says_how_to_make_one(review: Review) -> None:
    made = shown(review)
    assert "Not compared. build.py report prod --against main" in made.said("changes")
    assert "not compared" in made.said("summary")


def test_a_comparison_without_changes_says_so(review: Review) -> None:
    same = replace(review, comparisons=(Comparison(against="main", region="eu-west-2", changes=()),))
    assert "No changes" in shown(same).said("changes")
    assert "none ✓ no data at risk" in shown(same).said("summary")


def test_only_what_differs_in_a_long_value_is_shown() -> None:
    before = '{"Fn::Sub": "{\\"a\\": [{\\"x\\": 1}, {\\"y\\": 2}, {\\"z\\": 3}, {\\"q\\": 4}]}"}'
    detail = Detail(name="Body", before=before, after=before.replace("3", "30"))
    assert not detail.short
    assert [line for line in detail.lines if line[0] in "+-"] == [("-", "  - {z: 3}"), ("+", "  - {z: 30}")]
    assert ("", "  - {x: 1}") not in detail.lines


def test_a_short_value_stands_beside_the_other() -> None:
    assert Detail(name="A", before=None, after='{"Ref": "Vpc"}').sides == ("(none)", "{Ref: Vpc}")
    assert Detail(name="A", before=None, after="x").short
    assert not Detail(name="A", before="a\nb", after="x").short
    assert Detail(name="A", before="", after="{not json").sides == ("(empty)", "{not json")


def test_a_finding_in_two_regions_is_told_once(review: Review) -> None:
    outcomes = [replace(outcome, standing=(finding(),)) for outcome in review.outcomes]
    told = standing(outcomes)
    assert [(each.regions, each.place, each.written) for each in told] == [
        (("eu-west-2", "eu-central-1"), "root/Job.Role", "templates/job.py:7")
    ]
    warned = [replace(review.outcomes[0], standing=(finding(severity="warning"), finding(rule="E1")))]
    assert [each.finding.severity for each in standing(warned)] == ["error", "warning"]
    assert standing(review.outcomes) == []


def test_findings_and_suppressions_are_shown_with_reasons(review: Review) -> None:
    said = shown(full(review)).said("gate")
    assert "E9201 at root/Job.Role templates/job.py:7 it does not fit Fix: Make it fit." in said
    assert "W9678 at root/Job.Role templates/job.py:7 it does not fit Reason: it is agreed" in said
    assert "1 finding ✕ may not be deployed ◐ 1 accepted" in shown(full(review)).said("summary")
    assert "clean ✓ may be deployed" in shown(review).said("summary")
    assert [each.reason for each in accepted(full(review).outcomes)] == ["it is agreed"]


def test_posture_says_what_each_rule_looked_at(review: Review) -> None:
    judged = {each.rule.id: each for each in posture(review.outcomes[0])}
    assert {each.rule.profile for each in judged.values()} == {"production"}
    protection, cache = judged["W9620"], judged["W9611"]
    assert protection.state == "found"
    assert [note.place for note in protection.notes] == ["root/Data.Other"]
    assert protection.looked_at == (("AWS::DynamoDB::Table", 2),)
    assert cache.state == "none"
    assert judged["W9660"].everywhere
    assert posture(review.outcomes[0])[0].state == "found"


def test_an_accepted_deviation_is_no_rule_kept(review: Review) -> None:
    hits = [note for each in posture(review.outcomes[0]) if each.rule.id == "W9620" for note in each.notes]
    (hit,) = (
        found
        for rule in posture(review.outcomes[0])
        if rule.rule.id == "W9620"
        for found in rule.rule.findings(review.outcomes[0].subject.tree)
    )
    outcome = replace(review.outcomes[0], suppressed=((hit, "made-up data"),))
    judged = next(each for each in posture(outcome) if each.rule.id == "W9620")
    assert judged.state == "accepted"
    assert [note.reason for note in judged.notes] == ["made-up data"]
    assert [note.reason for note in hits] == [""]
    said = shown(replace(review, outcomes=[outcome])).said("posture")
    assert "◐ accepted root/Data.Other" in said
    assert "Accepted: made-up data" in said


def test_parameters_stand_side_by_side(review: Review) -> None:
    rows = {row.name: row for row in parameters(review.outcomes[0].subject.tree, review.environments)}
    assert rows["Nodes"].default == "2"
    assert rows["Nodes"].values == (("2", False), ("3", True))
    assert rows["Nodes"].differs
    assert rows["Environment"].default is None
    assert rows["Environment"].values == (("dev", False), ("prod", False))
    assert not rows["Token"].differs
    said = shown(review).said("parameters")
    assert "3 parameters that environments set differently" in said
    assert "Nodes How many. 2 2 3 ≠ other than the default" in said
    assert "must be given" in said


def test_hidden_values_stay_hidden_and_are_compared_all_the_same(review: Review) -> None:
    same = parameters(review.outcomes[0].subject.tree, review.environments)
    assert next(row for row in same if row.name == "Token").values == (("(hidden)", False), ("(hidden)", False))
    others = [environment("dev", Token="psst"), review.environment]
    (token,) = (row for row in parameters(review.outcomes[0].subject.tree, others) if row.name == "Token")
    assert token.differs
    text = page(replace(review, environments=others))
    assert "psst" not in text
    assert "hush-hush" not in text


def test_permissions_mark_wildcards(review: Review) -> None:
    said = shown(review).said("permissions")
    assert "Role ✱ wildcard dynamodb:* Data.Table always" in said
    assert "Role dynamodb:GetItem Data.Table always" in said


def test_the_inventory_has_lines_policies_and_data(review: Review) -> None:
    said = shown(review).said("inventory")
    assert "Data 2 resources, 2 of which hold data" in said
    assert "Table AWS::DynamoDB::Table ▣ holds data Retain \N{EN DASH} templates/data.py:12" in said
    assert f"Role AWS::IAM::Role{3 * NONE} job.yaml" in said


def test_pictures_keep_ids_and_styles_to_themselves() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" aria-labelledby="a b">'
        "<style>text{fill:red}</style>"
        '<title id="a">1 &lt; 2</title><desc id="b"/><use xlink:href="#a"/><g clip-path="url(#b)"/></svg>'
    )
    text = embedded(svg, "one")
    made = Page(f"{text}{embedded(svg, 'two')}")
    ids = list(made.all("id"))
    assert len(set(ids)) == 4
    assert next(made.all("aria-labelledby")).split() == ids[:2]
    assert next(made.all("xlink:href")) == f"#{ids[0]}"
    assert next(made.all("clip-path")) == f"url(#{ids[1]})"
    assert "#one {text{fill:red}}" in text
    assert "1 &lt; 2" in text


STYLE = (Path(__file__).parent.parent.parent / "views/report/style.css").read_text(encoding="utf-8")
PAIRS = [
    *((ink, paper) for ink in ("ink", "faint", "link", "good", "bad") for paper in ("paper", "card")),
    ("ink", "code"),
    ("ink", "bad-floor"),
    *((kind, floor) for kind in ("good", "bad", "warn", "calm", "data") for floor in (f"{kind}-floor", "paper")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_can_be_read(scheme: str, ink: str, paper: str) -> None:
    """https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    light, _, dark = STYLE.partition("@media (prefers-color-scheme: dark)")
    found = re.findall(
        r"--([a-z-]+): #([0-9a-f]{6});", light.split("}")[0] if scheme == "light" else dark.split("}")[0]
    )
    colours = dict(found)
    bright, dim = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
