"""Read the environments: one table each in ``params/environments.toml`` and one file of parameter values."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kit.environment import Environment, StackSet
from kit.errors import UserError
from kit.limits import violations
from kit.scope import PROJECT

PARAMS: Final = Path(__file__).resolve().parent.parent / "params"
TABLE: Final = "environments.toml"
PROFILES: Final = ("deploy", "production")
_KEYS: Final[Mapping[str, type]] = {
    "regions": list,
    "stack_name": str,
    "account": str,
    "protected": bool,
    "profile": str,
    "tags": dict,
    "stack_set": dict,
}
_SET_KEYS: Final = ("accounts", "max_concurrent_percent", "failure_tolerance_count")
_SERVICE_MANAGED: Final = ("permission_model", "organizational_units")


class EnvironmentFileError(UserError):
    """What is wrong with the environment files: one line per mistake, each naming file, key and rule."""

    def __init__(self, mistakes: list[str]) -> None:
        """Keep the mistakes; the text shows one a line."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def names(folder: Path = PARAMS) -> list[str]:
    """List the environments, in the order of their tables.

    Raises:
        EnvironmentFileError: the table file is missing or not TOML.
    """
    return list(_tables(folder))


def load(name: str, declared: Mapping[str, Mapping[str, Any]], folder: Path = PARAMS) -> Environment:
    """Read one environment and check its values against ``declared``, the root template's Parameters section.

    Raises:
        EnvironmentFileError: a file is missing or malformed; a key is unknown, missing or given twice; a value
            breaks the parameter's declaration.
    """
    tables = _tables(folder)
    if name not in tables:
        known = ", ".join(tables) or "none"
        raise EnvironmentFileError(
            [f"{folder.name}/{TABLE}: no table [{name}]; environments are {known}. Add one, with {name}.json beside it"]
        )
    table = tables[name]
    where = f"{folder.name}/{TABLE}: [{name}]"
    mistakes = list(_table_mistakes(table, where))
    file = folder / f"{name}.json"
    values, unreadable = _values(file)
    mistakes += unreadable or _value_mistakes(f"{folder.name}/{file.name}", name, values, declared)
    if mistakes:
        raise EnvironmentFileError(mistakes)
    return Environment(
        name=name,
        stack_name=table.get("stack_name", f"{PROJECT}-{name}"),
        regions=tuple(table["regions"]),
        account=table.get("account") or None,
        protected=table.get("protected", False),
        profile=table.get("profile", PROFILES[-1]),
        tags=dict(table.get("tags", {})),
        parameters=values,
        stack_set=_stack_set(table["stack_set"]) if "stack_set" in table else None,
    )


def _stack_set(table: Mapping[str, Any]) -> StackSet:
    """Read a checked table; by default one account at a time, and stop at the first that fails."""
    return StackSet(
        accounts=tuple(table["accounts"]),
        max_concurrent_percent=table.get("max_concurrent_percent", 1),
        failure_tolerance_count=table.get("failure_tolerance_count", 0),
    )


def _tables(folder: Path) -> dict[str, dict[str, Any]]:
    file = folder / TABLE
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EnvironmentFileError([f"{file}: no such file; it holds one table per environment"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EnvironmentFileError([f"{folder.name}/{TABLE}: not TOML: {error}"]) from None


def _table_mistakes(table: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in table.keys() - _KEYS.keys():
        yield f"{where}: unknown key {key!r}; known are {', '.join(_KEYS)}"
    for key, kind in _KEYS.items():
        if key in table and not isinstance(table[key], kind):
            yield f"{where}: {key} must be a {kind.__name__}, not {table[key]!r}"
    regions = table.get("regions")
    if not regions or not all(
        isinstance(region, str) and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region) for region in regions
    ):
        yield f'{where}: regions must list at least one region, such as regions = ["eu-west-2"]'
    if table.get("account") and not re.fullmatch(r"\d{12}", str(table["account"])):
        yield f"{where}: account must be twelve digits, not {table['account']!r}"
    if table.get("profile", PROFILES[0]) not in PROFILES:
        yield f"{where}: profile must be one of {', '.join(PROFILES)}, not {table['profile']!r}"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,127}", str(table.get("stack_name", PROJECT))):
        yield f"{where}: stack_name {table['stack_name']!r} may hold letters, digits and hyphens, a letter first"
    tags = table.get("tags", {})
    if isinstance(tags, dict) and (bad := [key for key, value in tags.items() if not isinstance(value, str)]):
        yield f"{where}: tag {bad[0]!r} must be text, not {tags[bad[0]]!r}"
    if isinstance(table.get("stack_set"), dict):
        yield from _set_mistakes(table["stack_set"], f"{where.removesuffix(']')}.stack_set]")


def _set_mistakes(table: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in table.keys() - set(_SET_KEYS):
        # StackSets refuses nested stacks in service-managed sets, which is what an organization's units need:
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1797
        why = (
            "; a stack set of nested stacks must be self-managed, so list its accounts"
            if key in _SERVICE_MANAGED
            else ""
        )
        yield f"{where}: unknown key {key!r}; known are {', '.join(_SET_KEYS)}{why}"
    accounts = table.get("accounts")
    if not isinstance(accounts, list) or not accounts:
        yield f'{where}: accounts must list at least one account, such as accounts = ["111122223333"]'
    else:
        for account in accounts:
            if not isinstance(account, str) or not re.fullmatch(r"\d{12}", account):
                yield f"{where}: accounts: each must be twelve digits in quotes, not {account!r}"
        for account in sorted({str(account) for account in accounts if accounts.count(account) > 1}):
            yield f"{where}: accounts: {account} is given twice"
    for key, low, high in (("max_concurrent_percent", 1, 100), ("failure_tolerance_count", 0, None)):
        value = table.get(key, low)
        if type(value) is not int or value < low or (high is not None and value > high):
            limits = f"from {low} to {high}" if high is not None else f"of at least {low}"
            yield f"{where}: {key} must be a whole number {limits}, not {value!r}"


def _values(file: Path) -> tuple[dict[str, str], list[str]]:
    """Read ``[{"ParameterKey": ..., "ParameterValue": ...}]``; give the values and what is wrong with the file."""
    where = f"{file.parent.name}/{file.name}"
    shape = 'want [{"ParameterKey": "...", "ParameterValue": "..."}, ...]'
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, [f"{where}: no such file; it holds the environment's parameter values"]
    except ValueError as error:
        return {}, [f"{where}: not JSON: {error}"]
    if not isinstance(entries, list):
        return {}, [f"{where}: {shape}"]
    values: dict[str, str] = {}
    mistakes = []
    for place, entry in enumerate(entries):
        if not isinstance(entry, dict) or entry.keys() != {"ParameterKey", "ParameterValue"}:
            mistakes.append(f"{where}: entry {place}: {shape}, not {json.dumps(entry)}")
        elif not isinstance(entry["ParameterValue"], str):
            value = json.dumps(entry["ParameterValue"])
            mistakes.append(f'{where}: {entry["ParameterKey"]}: values are text in this format: write "{value}"')
        elif entry["ParameterKey"] in values:
            mistakes.append(f"{where}: {entry['ParameterKey']}: given twice")
        else:
            values[entry["ParameterKey"]] = entry["ParameterValue"]
    return values, mistakes


def _value_mistakes(
    where: str, name: str, values: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    mistakes = [
        f"{where}: {key}: the root template has no such parameter{_nearest(key, declared)}"
        for key in values
        if key not in declared
    ]
    mistakes += [
        f"{where}: {key}: missing, and the parameter has no default"
        for key, parameter in declared.items()
        if "Default" not in parameter and key not in values
    ]
    mistakes += [
        f"{where}: {key}: {rule}"
        for key, value in values.items()
        if key in declared
        for rule in violations(declared[key], value)
    ]
    if values.get("Environment", name) != name:
        mistakes.append(f"{where}: Environment: {values['Environment']!r} is not the file's own environment, {name!r}")
    return mistakes


def _nearest(key: str, declared: Mapping[str, object]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

    near = get_close_matches(key, declared, n=1)
    return f"; did you mean {near[0]}?" if near else ""
