from __future__ import annotations

import pytest

from gate.conformance import breaches
from gate.extensions import TABLE, collect, restricting, restrictions, written
from gate.schemas import Json
from gate.tree import Pseudo, Reference, Text, Unknown, Value

REF = Reference("root", "Other", "AWS::S3::Bucket", "Ref")
LATER = Unknown("later")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": "a"}, "b"),
        ({"enum": [True]}, "false"),
        ({"maxLength": 5}, Text(("longer", REF))),
        ({"pattern": "^[a-z-]+$"}, Text(("a_", REF))),
        ({"pattern": r"^\p{Lu}$"}, "a"),
        ({"format": "ipv4-network"}, "10.0.0.0/33"),
        ({"format": "ipv4-network"}, "10.0.0.1"),
        ({"format": "AWS::EC2::VPC.Id"}, "sg-12345678"),
        ({"contains": {"const": 1}}, [2, 3]),
        ({"propertyNames": {"enum": ["a"]}}, {"b": REF}),
        ({"properties": {"a": False}}, {"a": REF}),
        ({"required": ["a"]}, {"b": 1}),
        ({"multipleOf": 0.5}, 0.7),
        ({"requiredXor": ["a", "b"]}, {"a": REF, "b": 1}),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}),
        ({"dependentExcluded": {"a": ["a", "b"]}}, {"a": 1, "b": REF}),
        ({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}, {"a": "1", "c": REF}),
        ({"if": {"properties": {"a": {"const": 1}}}, "else": {"required": ["b"]}}, {"a": 2}),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, 3),
        ({"not": {"required": ["a"]}}, {"a": REF}),
        ({"type": "array"}, REF),
    ],
)
def test_what_is_certainly_wrong_is_found(schema: Json, value: Value) -> None:
    assert len(list(breaches(schema, value))) == 1


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": "a"}, REF),
        ({"const": "a"}, LATER),
        ({"maxLength": 10}, Text(("short", REF))),
        ({"maxLength": 12}, Pseudo("AWS::AccountId", "", "123456789012")),
        ({"pattern": "^[a-z-]+$"}, Text(("a-", REF))),
        ({"pattern": "("}, "a"),
        ({"format": "unheard-of"}, "a"),
        ({"format": "ipv4-network"}, REF),
        ({"contains": {"const": 1}}, [2, REF]),
        ({"contains": {"const": 1}}, LATER),
        ({"properties": {"a": False}}, {"a": LATER}),
        ({"required": ["a"]}, {"a": LATER}),
        ({"required": ["a"]}, LATER),
        ({"multipleOf": 0.1}, 10.3),
        ({"minimum": 1}, "not a number"),
        ({"requiredXor": ["a", "b"]}, {"a": LATER}),
        ({"requiredOr": ["a", "b"]}, {"a": LATER}),
        ({"dependentRequired": {"a": ["b"]}}, {"a": LATER}),
        ({"dependentExcluded": {"a": ["b"]}}, {"a": 1, "b": LATER}),
        ({"if": {"properties": {"a": {"const": 1}}}, "then": False, "else": False}, {"a": REF}),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, REF),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": LATER, "b": 1}),
        ({"not": {"required": ["a"]}}, {"a": LATER}),
        ({"not": {"const": 1}}, REF),
        ({"type": "integer"}, REF),
        ({"type": "array"}, Reference("root", "Zone", "AWS::Route53::HostedZone", "NameServers")),
        ({}, LATER),
    ],
)
def test_what_is_right_or_not_known_is_not(schema: Json, value: Value) -> None:
    assert list(breaches(schema, value)) == []


def test_a_restriction_of_one_region_is_read_alone() -> None:
    (node_type,) = (row for row in restrictions("AWS::ElastiCache::CacheCluster") if row.property == "CacheNodeType")
    assert node_type.regional
    assert list(breaches(restricting(node_type, "eu-west-1"), "db.r6g.large"))
    assert list(breaches(restricting(node_type, "eu-west-1"), "cache.r6g.large")) == []
    assert restricting(node_type, "mars-north-1") is True


@pytest.mark.slow
def test_the_table_of_restrictions_is_that_of_the_installed_cfn_lint() -> None:
    assert TABLE.read_text(encoding="utf-8") == written(collect())
