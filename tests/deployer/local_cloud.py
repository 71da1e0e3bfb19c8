"""A small tree of nested stacks, three levels deep, and contexts to deploy it to the embedded cloud."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3

import deployer
from deployer.messages import Message
from kit.environment import Environment
from local.cloud import Cloud

STACK = "AWS::CloudFormation::Stack"


def nest(file: str, **parameters: object) -> dict[str, Any]:
    return {"Type": STACK, "Properties": {"TemplateURL": file, "Parameters": parameters}}


NAME = {"Ref": "Name"}

TREE: dict[str, dict[str, Any]] = {
    "root.json": {
        "Parameters": {"Name": {"Type": "String"}, "Hours": {"Type": "Number", "Default": 24}},
        "Resources": {
            "Streaming": nest("streaming.json", Name=NAME, Hours={"Ref": "Hours"}),
            "Storage": nest("storage.json", Name=NAME, Stream={"Fn::GetAtt": ["Streaming", "Outputs.Arn"]}),
        },
        "Outputs": {
            "StreamArn": {"Value": {"Fn::GetAtt": ["Streaming", "Outputs.Arn"]}},
            "MediaBucket": {"Value": {"Fn::GetAtt": ["Storage", "Outputs.Bucket"]}},
        },
    },
    "streaming.json": {
        "Parameters": {"Name": {"Type": "String"}, "Hours": {"Type": "Number"}},
        "Resources": {
            "Ingest": {
                "Type": "AWS::Kinesis::Stream",
                "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    "Name": {"Fn::Sub": "video-${Name}"},
                    "ShardCount": 1,
                    "RetentionPeriodHours": {"Ref": "Hours"},
                },
            },
            "Letters": nest("letters.json", Name=NAME),
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Ingest", "Arn"]}}},
    },
    "letters.json": {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"QueueName": {"Fn::Sub": "letters-${Name}"}, "VisibilityTimeout": 60},
            },
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Sub": "logs-${Name}"}}},
        },
    },
    "storage.json": {
        "Parameters": {"Name": {"Type": "String"}, "Stream": {"Type": "String"}},
        "Resources": {
            "Media": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": {"Fn::Sub": "media-${Name}-${AWS::Region}"},
                    "VersioningConfiguration": {"Status": "Enabled"},
                },
            },
        },
        "Outputs": {"Bucket": {"Value": {"Ref": "Media"}}},
    },
}

STACKS = ("", "Storage", "Streaming", "Streaming/Letters")
RESOURCES = 4


def write(folder: Path) -> Path:
    """Write the tree as a build folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in TREE.items():
        (folder / name).write_text(json.dumps(template), encoding="utf-8")
    return folder


@cache
def clients(endpoint: str, region: str) -> deployer.Clients:
    """Return clients for an endpoint, the same ones each time: they take half a second to make."""
    return fresh_clients(endpoint, region)


def fresh_clients(endpoint: str, region: str) -> deployer.Clients:
    """Return clients that have no connection yet."""
    return deployer.Clients(region, deployer.Access(endpoint_url=endpoint, access_key="local", secret_key="local"))


@dataclass
class Desk:
    """Makes contexts for one environment; keeps what they told."""

    cloud: Cloud
    folder: Path
    name: str
    endpoint: str = ""
    told: list[Message] = field(default_factory=list)

    def context(self, **parameters: str) -> deployer.Context:
        """Return a context with these parameter values."""
        environment = Environment(
            name=self.name,
            stack_name=f"streamflix-{self.name}",
            regions=(self.cloud.region,),
            account=self.cloud.account,
            protected=False,
            profile="deploy",
            tags={"Project": "StreamFlix"},
            parameters={"Name": self.name, **parameters},
        )
        return deployer.Context(
            environment=environment,
            region=self.cloud.region,
            clients=self.clients(),
            tell=self.told.append,
            person=deployer.Unattended(yes=True),
            build=write(self.folder / "build"),
            recorded=self.folder / "durations.json",
            sleep=lambda seconds: time.sleep(min(seconds, 0.05)),
        )

    def clients(self) -> deployer.Clients:
        """Return clients for this desk's endpoint."""
        return clients(self.endpoint or self.cloud.endpoint, self.cloud.region)

    @property
    def bucket(self) -> str:
        """The name of the environment's bucket."""
        return f"media-{self.name}-{self.cloud.region}"

    def client(self, service: str) -> Any:
        """Return a plain client of any service, straight to the cloud."""
        make: Any = boto3.client
        return make(service, **self.cloud.client_arguments())


def stacks_named(clients: deployer.Clients, name: str) -> list[tuple[str, str]]:
    """Return name and status of every stack that exists of an environment."""
    pages = clients.cloudformation.get_paginator("list_stacks").paginate()
    found = [s for page in pages for s in page["StackSummaries"] if s["StackStatus"] != "DELETE_COMPLETE"]
    return sorted((s["StackName"], s["StackStatus"]) for s in found if s["StackName"].startswith(f"streamflix-{name}"))
