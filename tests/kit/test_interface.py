from __future__ import annotations

import pytest
from troposphere import Ref

from kit.interface import flag, has_knobs, interface, knob, out, pascal, words
from kit.values import Flag, Name, Number


@interface
class Knobs:
    shards: Number = knob("Shards.", default=2, MinValue=1, AllowedValues=(1, 2))
    protect: Flag = flag("Protect.", default=True, label="Protection")


@interface
class Outputs:
    name: Name = out("A name.", root=True)


def test_a_knob_carries_what_cloudformation_refuses() -> None:
    declared = Knobs.__dataclass_fields__["shards"].metadata["knob"]
    assert declared == {"Description": "Shards.", "Default": 2, "MinValue": 1, "AllowedValues": [1, 2]}


def test_a_yes_no_knob_is_text() -> None:
    declared = Knobs.__dataclass_fields__["protect"].metadata["knob"]
    assert declared["Default"] == "true"
    assert declared["AllowedValues"] == ["true", "false"]


def test_knobs_and_outputs_are_told_apart() -> None:
    assert has_knobs(Knobs)
    assert not has_knobs(Outputs)


def test_an_interface_is_frozen_and_wants_every_value() -> None:
    made = Outputs(name=Name(Ref("Stream")))
    with pytest.raises(AttributeError):
        made.name = Name(Ref("Other"))  # type: ignore[misc]
    with pytest.raises(TypeError, match="name"):
        Outputs()  # type: ignore[call-arg]


def test_a_field_that_is_neither_knob_nor_output_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Bare\.name needs knob"):

        @interface
        class Bare:
            name: Name


def test_a_mix_of_knobs_and_outputs_is_refused() -> None:
    with pytest.raises(TypeError, match="mixes knob"):

        @interface
        class Mixed:
            shards: Number = knob("Shards.", default=1)
            name: Name = out("A name.")


def test_names() -> None:
    assert pascal("ingest_arn") == "IngestArn"
    assert words("ingest_arn") == "Ingest arn"
