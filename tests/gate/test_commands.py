"""The gate's commands, from their arguments to their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import build
from gate import cache, workers
from gate.watch import changes
from tests.gate.trees import queue, write

REPOSITORY = Path(build.__file__).parent


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in this process, and remember nothing from other runs."""
    monkeypatch.setattr(workers, "CORES", 1)
    monkeypatch.setattr(cache, "FOLDER", tmp_path_factory.mktemp("cache"))


def values(folder: Path, **given_: str) -> str:
    file = folder / "values.json"
    file.write_text(json.dumps(given_))
    return str(file)


def check(folder: Path, *arguments: str, command: str = "check") -> int:
    return build.main([command, "--tree", str(folder), "--root", "root.yaml", *arguments])


def test_a_correct_tree_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "tree")
    assert check(tmp_path / "tree", "--parameters", values(tmp_path, Days="7")) == 0
    assert capsys.readouterr().out == f"clean, 0 suppressed: {tmp_path}/tree us-east-1\n"


def test_a_finding_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "tree")
    assert check(tmp_path / "tree", "--parameters", values(tmp_path, Days="99"), "--region", "eu-west-2") == 3
    assert "First.PendingWindowInDays" in capsys.readouterr().out


@pytest.mark.slow
def test_lint_hears_cfn_lint_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unused = "Parameters: {U: {Type: String, Default: x}}\nResources: {T: {Type: AWS::SNS::Topic}}"
    write(tmp_path / "tree", {"root.yaml": unused})
    assert check(tmp_path / "tree") == 0
    assert check(tmp_path / "tree", command="lint") == 3
    assert check(tmp_path / "tree", "--profile", "deploy", command="lint") == 0
    assert "W2001 Parameters.U" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--tree", "nowhere"], "there is no such folder"),
        (["check", "--tree", "tree", "--root", "gone.yaml"], "gone.yaml: no such template"),
        (["check", "--tree", "tree", "--root", "root.yaml", "--region", "mars-1"], "mars-1: no such region"),
        (["check", "--tree", "tree", "--root", "root.yaml", "--parameters", "gone.json"], "gone.json: cannot read"),
        (["check", "--tree", "tree", "--root", "root.yaml", "--parameters", "bad.json"], "bad.json:1: not JSON"),
        (["check", "dev", "--tree", "tree"], "give environments or --tree, not both"),
        (["check", "--parameters", "bad.json"], "--parameters and --profile belong to --tree"),
        (["explain", "E0000000"], "no such rule"),
    ],
)
def test_a_wrong_command_line_exits_2(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "tree")
    (tmp_path / "bad.json").write_text("{")
    assert build.main(arguments) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
STACK = "Resources: {{A: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {}}}}}}}"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"root.yaml": "Resources: {"}, "E9000"),
        ({"root.yaml": ""}, "the template is empty"),
        ({"root.yaml": "Resources: []"}, "Resources is not an object"),
        ({"root.yaml": BOMB + "Resources: {A: {Type: AWS::SQS::Queue, Metadata: *i}}"}, "E9000"),
        ({"root.yaml": "Resources: !!python/object/apply:os.system [id]"}, "unknown tag"),
        ({"root.yaml": "Resources: {A: &a {B: *a}}"}, "E9000"),
        ({"root.yaml": queue(QueueName="x" * 1_100_000)}, "CloudFormation takes 1,048,576"),
        ({"root.yaml": STACK.format("root.yaml")}, "a cycle of stacks: root.yaml -> root.yaml"),
        ({"root.yaml": STACK.format("b.yaml"), "b.yaml": STACK.format("root.yaml")}, "a cycle of stacks"),
        ({"root.yaml": STACK.format("gone.yaml")}, "E9010"),
        ({"root.yaml": "[" * 100_000}, "E9000"),
    ],
    ids=["cut", "empty", "list", "bomb", "tag", "loop", "huge", "self", "circle", "missing", "deep"],
)
def test_a_hostile_tree_exits_3_and_says_why(
    files: dict[str, str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, files)
    assert check(tmp_path) == 3
    shown = capsys.readouterr()
    assert message in shown.out
    assert shown.err == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
WHOLE = {
    "Parameters": {"P": {"Type": "String", "Default": "a"}},
    "Mappings": {"M": {"k": {"v": "1"}}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}},
    "Rules": {"R": {"Assertions": [{"Assert": {"Fn::Contains": [["a"], {"Ref": "P"}]}}]}},
    "Resources": {
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Condition": "C",
            "DependsOn": ["Topic"],
            "Properties": {"DelaySeconds": {"Fn::FindInMap": ["M", "k", "v"]}, "QueueName": {"Fn::Sub": "${P}-q"}},
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Join": ["-", ["a", {"Ref": "P"}]]}}},
    },
    "Outputs": {"Arn": {"Condition": "C", "Value": {"Fn::GetAtt": ["Queue", "Arn"]}}},
}


def places(node: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, value in pairs for place in places(value, (*at, key)))]


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Give the JSON of a template in which one or two places hold something else."""
    template = json.loads(json.dumps(WHOLE))
    for _ in range(draw(st.integers(1, 2))):
        *path, last = draw(st.sampled_from(places(template)[1:]))
        node = template
        for key in path:
            node = node[key]
        node[last] = draw(JSON)
    return json.dumps(template)


def survives(folder: Path, text: str | bytes, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "root.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    assert check(folder, command=command) in {0, 3}
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "suppressed: " in shown.out
    assert command != "check" or "E9099" not in shown.out


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.slow
@FUZZ
@given(text=broken())
def test_check_survives_malformed_templates(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survives(tmp_path, text, "check", capsys)


@pytest.mark.slow
@settings(FUZZ, max_examples=30)
@given(text=broken())
def test_lint_survives_malformed_templates(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survives(tmp_path, text, "lint", capsys)


@pytest.mark.slow
@settings(FUZZ, max_examples=50)
@given(
    text=st.binary(max_size=60) | st.text(max_size=60) | st.text(st.sampled_from("{}[]:,&*!|>-#'\"\n a1"), max_size=80)
)
def test_check_survives_any_text(text: str | bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survives(tmp_path, text, "check", capsys)


@pytest.mark.slow
def test_the_platform_is_clean_and_both_cores_agree(tmp_path: Path) -> None:
    """Run the command itself, with its worker processes."""
    program = [sys.executable, str(REPOSITORY / "build.py")]
    done = subprocess.run([*program, "check"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("clean, ")
    copy = [*program, "lint", "--tree", "build", "--region", "eu-west-2", "--format", "json", "--parameters"]
    for environment in ("dev", "prod"):
        file = REPOSITORY / "params" / f"{environment}.json"
        done = subprocess.run([*copy, str(file)], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["rules"]) == 0
    assert "E9201  Subnets of a VPC do not overlap" in capsys.readouterr().out
    assert build.main(["explain", "E9201"]) == 0
    assert "refused:" in capsys.readouterr().out


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, {"one.yaml": "a"})
    noticed = changes([tmp_path])
    next(noticed)
    write(tmp_path, {"two.yaml": "b"})
    assert next(noticed, "ended") is None
