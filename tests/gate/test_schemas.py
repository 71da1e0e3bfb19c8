"""The registry schemas that come with cfn-lint."""

from __future__ import annotations

import subprocess
import sys

from gate import schemas


def test_a_schema_says_what_a_type_takes_and_returns() -> None:
    stream = schemas.schema("AWS::Kinesis::Stream")
    assert stream
    assert stream.primary_identifier == ("Name",)
    assert "Arn" in stream.read_only
    assert stream.create_only == {"Name"}
    assert stream.tag_property == "Tags"
    assert stream.types_of("ShardCount") == {"integer"}
    assert "KMS" in stream.enum("StreamEncryption.EncryptionType")
    assert stream.property("Tags.0.Key")["type"] == "string"
    assert stream.property("Tags.Key")["type"] == "string"
    assert stream.property("Nothing.Below") == {}


def test_required_properties_and_types_without_tags() -> None:
    route = schemas.schema("AWS::EC2::Route")
    assert route
    assert "RouteTableId" in route.required
    assert route.tag_property is None


def test_a_type_that_is_not_in_the_registry_has_no_schema() -> None:
    assert schemas.schema("Custom::Thing") is None
    assert schemas.schema("AWS::Kinesis::Stream", "mars-north-1") is None
    assert schemas.types("mars-north-1") == {}
    assert "AWS::Kinesis::Stream" in schemas.types("eu-west-1")


def test_cfn_lint_itself_is_not_imported() -> None:
    code = (
        "import sys; from gate import schemas, tree; schemas.schema('AWS::S3::Bucket'); print('cfnlint' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
