from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builder.environments import EnvironmentFileError, load, names
from kit.environment import StackSet

DECLARED: dict[str, dict[str, Any]] = {
    "Environment": {"Type": "String", "AllowedPattern": "[a-z]+"},
    "IngestShards": {"Type": "Number", "Default": 2, "MinValue": 1, "MaxValue": 200},
    "NatMode": {"Type": "String", "Default": "single", "AllowedValues": ["single", "none"]},
}
TABLE = '[dev]\nregions = ["eu-west-2"]\n'
VALUES = {"Environment": "dev", "IngestShards": "4"}


def folder(tmp_path: Path, table: str = TABLE, values: object = VALUES) -> Path:
    """Write an environment's two files."""
    entries = (
        [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
        if isinstance(values, dict)
        else values
    )
    (tmp_path / "environments.toml").write_text(table, encoding="utf-8")
    (tmp_path / "dev.json").write_text(json.dumps(entries), encoding="utf-8")
    return tmp_path


def mistakes(folder: Path, name: str = "dev") -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        load(name, DECLARED, folder)
    return [line.removeprefix(f"{folder.name}/") for line in caught.value.mistakes]


def test_a_good_environment_is_read_whole(tmp_path: Path) -> None:
    table = (
        '[dev]\nregions = ["eu-west-2", "eu-central-1"]\naccount = "123456789012"\nprotected = true\n'
        'profile = "deploy"\nstack_name = "video"\ntags = { Owner = "us" }\n'
    )
    environment = load("dev", DECLARED, folder(tmp_path, table))
    assert environment.regions == ("eu-west-2", "eu-central-1")
    assert environment.account == "123456789012"
    assert environment.protected
    assert environment.profile == "deploy"
    assert environment.stack_name == "video"
    assert environment.tags == {"Owner": "us"}
    assert environment.parameters == VALUES


def test_what_is_not_said_has_safe_defaults(tmp_path: Path) -> None:
    environment = load("dev", DECLARED, folder(tmp_path))
    assert environment.stack_name == "streamflix-dev"
    assert environment.account is None
    assert not environment.protected
    assert environment.profile == "production"


SET = TABLE + "[dev.stack_set]\n"


def test_a_stack_set_is_read_with_careful_defaults(tmp_path: Path) -> None:
    environment = load("dev", DECLARED, folder(tmp_path, SET + 'accounts = ["111122223333", "444455556666"]\n'))
    assert environment.stack_set == StackSet(
        accounts=("111122223333", "444455556666"), max_concurrent_percent=1, failure_tolerance_count=0
    )
    assert load("dev", DECLARED, folder(tmp_path)).stack_set is None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "accounts must list at least one account"),
        ('accounts = "111122223333"', "accounts must list at least one account"),
        ("accounts = [111122223333]", "accounts: each must be twelve digits in quotes, not 111122223333"),
        ('accounts = ["1111"]', "accounts: each must be twelve digits in quotes, not '1111'"),
        ('accounts = ["111122223333", "111122223333"]', "accounts: 111122223333 is given twice"),
        ("max_concurrent_percent = 0", "max_concurrent_percent must be a whole number from 1 to 100, not 0"),
        ("max_concurrent_percent = 101", "max_concurrent_percent must be a whole number from 1 to 100, not 101"),
        ("failure_tolerance_count = -1", "failure_tolerance_count must be a whole number of at least 0, not -1"),
        ("failure_tolerance_count = true", "failure_tolerance_count must be a whole number of at least 0, not True"),
        ("acounts = []", "unknown key 'acounts'; known are accounts, max_concurrent_percent, failure_tolerance_count"),
    ],
)
def test_a_wrong_stack_set_is_one_line_that_names_table_and_key(tmp_path: Path, table: str, said: str) -> None:
    whole = table if table.startswith("accounts") or not table else f'accounts = ["111122223333"]\n{table}'
    (found,) = mistakes(folder(tmp_path, SET + whole + "\n"))
    assert found.startswith(f"environments.toml: [dev.stack_set]: {said}")


def test_a_service_managed_set_is_refused_with_the_reason(tmp_path: Path) -> None:
    table = SET + 'accounts = ["111122223333"]\npermission_model = "SERVICE_MANAGED"\n'
    (found,) = mistakes(folder(tmp_path, table))
    assert found.endswith("a stack set of nested stacks must be self-managed, so list its accounts")


def test_a_stack_set_that_is_no_table_is_said_once(tmp_path: Path) -> None:
    (found,) = mistakes(folder(tmp_path, TABLE + "stack_set = true\n"))
    assert found == "environments.toml: [dev]: stack_set must be a dict, not True"


def test_environments_are_listed_in_the_order_of_the_file(tmp_path: Path) -> None:
    assert names(folder(tmp_path, TABLE + '[a]\nregions = ["us-east-1"]\n')) == ["dev", "a"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"Environment": "dev", "IngestShards": "0"}, "dev.json: IngestShards: MinValue: 0 is less than 1"),
        ({"Environment": "dev", "IngestShards": "two"}, "dev.json: IngestShards: Type Number: 'two' is not a number"),
        (
            {"Environment": "dev", "NatMode": "many"},
            "dev.json: NatMode: AllowedValues: 'many' is not one of single, none",
        ),
        ({"Environment": "DEV"}, "dev.json: Environment: AllowedPattern: 'DEV' does not match [a-z]+"),
        ({"IngestShards": "4"}, "dev.json: Environment: missing, and the parameter has no default"),
        (
            {"Environment": "dev", "IngestShard": "4"},
            "dev.json: IngestShard: the root template has no such parameter; did you mean IngestShards?",
        ),
        ({"Environment": "dev", "Zzz": "4"}, "dev.json: Zzz: the root template has no such parameter"),
        (
            {"Environment": "dev", "IngestShards": 4},
            'dev.json: IngestShards: values are text in this format: write "4"',
        ),
        (
            [{"ParameterKey": "Environment"}],
            (
                'dev.json: entry 0: want [{"ParameterKey": "...", "ParameterValue": "..."}, ...], '
                'not {"ParameterKey": "Environment"}'
            ),
        ),
        ("x", 'dev.json: want [{"ParameterKey": "...", "ParameterValue": "..."}, ...]'),
        (
            [{"ParameterKey": "Environment", "ParameterValue": "dev"}] * 2,
            "dev.json: Environment: given twice",
        ),
        ({"Environment": "other"}, "dev.json: Environment: 'other' is not the file's own environment, 'dev'"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_file_key_and_rule(tmp_path: Path, values: object, said: str) -> None:
    assert said in mistakes(folder(tmp_path, values=values))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[dev]\n", 'environments.toml: [dev]: regions must list at least one region, such as regions = ["eu-west-2"]'),
        ('[dev]\nregions = ["London"]\n', "environments.toml: [dev]: regions must list at least one region"),
        (TABLE + 'region = "x"\n', "environments.toml: [dev]: unknown key 'region'"),
        (TABLE + 'account = "12"\n', "environments.toml: [dev]: account must be twelve digits, not '12'"),
        (TABLE + 'profile = "none"\n', "environments.toml: [dev]: profile must be one of deploy, production"),
        (TABLE + 'stack_name = "a b"\n', "environments.toml: [dev]: stack_name 'a b' may hold letters"),
        (TABLE + "tags = { Cost = 1 }\n", "environments.toml: [dev]: tag 'Cost' must be text, not 1"),
        (TABLE + 'protected = "yes"\n', "environments.toml: [dev]: protected must be a bool, not 'yes'"),
    ],
)
def test_a_wrong_table_is_one_line_that_names_file_table_and_key(tmp_path: Path, table: str, said: str) -> None:
    (found,) = mistakes(folder(tmp_path, table))
    assert found.startswith(said)


def test_an_unknown_environment_names_the_known_ones(tmp_path: Path) -> None:
    (found,) = mistakes(folder(tmp_path), "devv")
    assert found.startswith("environments.toml: no table [devv]; environments are dev")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("dev.json", b"{", "not JSON"),
        ("dev.json", b"\xff", "not JSON"),
        ("dev.json", None, "no such file"),
        ("environments.toml", b"[dev", "not TOML"),
        ("environments.toml", b"\xff", "not TOML"),
        ("environments.toml", None, "no such file"),
    ],
)
def test_an_unreadable_file_is_named(tmp_path: Path, file: str, content: bytes | None, said: str) -> None:
    folder(tmp_path)
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(content)
    (found,) = mistakes(tmp_path)
    assert file in found
    assert said in found


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    found = mistakes(folder(tmp_path, TABLE + 'account = "1"\n', {"Environment": "dev", "NatMode": "x", "Y": "z"}))
    assert len(found) == 3
