from __future__ import annotations

import inspect
from typing import Any, get_type_hints

import pytest
from awacs.aws import Statement
from troposphere import Ref, encode_to_dict

from kit import grants
from kit.values import Arn, StreamArn

VERBS = {
    name: verb
    for name, verb in inspect.getmembers(grants, inspect.isfunction)
    if verb.__module__ == grants.__name__ and get_type_hints(verb)["return"] is Statement and not name.startswith("_")
}


def rendered(verb: Any) -> dict[str, Any]:
    """Call a verb with a reference, or a word, for each argument."""
    arguments = [
        "word" if kind is str else Ref("Something") for name, kind in get_type_hints(verb).items() if name != "return"
    ]
    made: dict[str, Any] = encode_to_dict(verb(*arguments))
    return made


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_is_one_narrow_described_statement(name: str) -> None:
    statement = rendered(VERBS[name])
    assert statement["Sid"]
    assert VERBS[name].__doc__
    actions = statement["Action"]
    assert actions
    if statement["Effect"] == "Allow":
        assert not [action for action in actions if "*" in action]
        if statement["Resource"] == ["*"]:
            assert set(actions) <= grants.ANY_RESOURCE.keys()


def test_a_role_is_assumed_for_this_account_only() -> None:
    role = encode_to_dict(grants.service_role("Worker", "ecs-tasks", grants.read_stream(StreamArn(Arn(Ref("S"))))))
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    (policy,) = role["Properties"]["Policies"]
    assert [statement["Sid"] for statement in policy["PolicyDocument"]["Statement"]] == ["ReadStream"]


def test_a_role_of_a_service_that_states_no_account_has_no_condition() -> None:
    role = encode_to_dict(grants.service_role("Rotate", "lambda", managed=(Arn(Ref("P")),)))
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert "Condition" not in trust
    assert "Policies" not in role["Properties"]
    assert role["Properties"]["ManagedPolicyArns"] == [{"Ref": "P"}]
