"""A few lines around boto3 that the tests of the cloud share."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.request
from typing import Any

import boto3

from local import Cloud

Template = dict[str, Any]

BUCKET = "templates"
CAPABILITIES: Any = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class Client:
    """Deploys trees of templates: a nested stack's ``TemplateURL`` is the child's template itself, as a dict."""

    def __init__(self, cloud: Cloud, region: str = "us-east-1") -> None:
        self.cloud = cloud
        self.region = region
        self.arguments: Any = {**cloud.client_arguments(), "region_name": region}
        self.cloudformation = boto3.client("cloudformation", **self.arguments)
        self.s3 = boto3.client("s3", **self.arguments)
        urllib.request.urlopen(f"{cloud.endpoint}/_ministack/reset", data=b"").close()
        self.s3.create_bucket(Bucket=BUCKET)

    def close(self) -> None:
        self.cloudformation.close()
        self.s3.close()

    def upload(self, template: Template) -> str:
        """Upload a template and the children in it under content-hash keys; return its URL."""
        resources = {
            name: {**resource, "Properties": {**resource["Properties"], "TemplateURL": self.upload(child)}}
            if isinstance(child := resource.get("Properties", {}).get("TemplateURL"), dict)
            else resource
            for name, resource in template["Resources"].items()
        }
        body = json.dumps({**template, "Resources": resources})
        key = hashlib.sha256(body.encode()).hexdigest()
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body.encode())
        return f"https://s3.{self.region}.amazonaws.com/{BUCKET}/{key}"

    def request(self, template: Template, **parameters: str) -> Any:
        return {
            "StackName": "shop",
            "TemplateURL": self.upload(template),
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": CAPABILITIES,
        }

    def create(self, template: Template, **parameters: str) -> str:
        """Create the stack; return its last status."""
        self.cloudformation.create_stack(**self.request(template, **parameters))
        return self.settled("shop")

    def update(self, template: Template, **parameters: str) -> str:
        self.cloudformation.update_stack(**self.request(template, **parameters))
        return self.settled("shop")

    def delete(self) -> str:
        stack_id = self.stack("shop")["StackId"]
        self.cloudformation.delete_stack(StackName=stack_id)
        return self.settled(stack_id, until="DELETE_")

    def settled(self, name: str, until: str = "") -> str:
        """Return the stack's status once it is no longer in progress."""
        for _ in range(600):
            status: str = self.stack(name)["StackStatus"]
            if status.startswith(until) and not status.endswith("IN_PROGRESS"):
                return status
            time.sleep(0.05)
        raise AssertionError(f"{name} never settles: {status}")

    def stack(self, name: str) -> Any:
        return self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]

    def outputs(self, name: str = "shop") -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.stack(name).get("Outputs", [])}

    def resource(self, stack: str, logical_id: str) -> Any:
        described = self.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return described["StackResourceDetail"]

    def child(self, logical_id: str, parent: str = "shop") -> str:
        """Return the id of a nested stack."""
        found: str = self.resource(parent, logical_id)["PhysicalResourceId"]
        return found

    def events(self, stack: str) -> list[tuple[str, str, str]]:
        """Return (logical id, status, reason) of every event, the oldest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
        events = [event for page in pages for event in page["StackEvents"]]
        return [
            (event["LogicalResourceId"], event["ResourceStatus"], event.get("ResourceStatusReason", ""))
            for event in reversed(events)
        ]

    def change_set(self, template: Template, kind: Any = "UPDATE", **parameters: str) -> Any:
        """Create a nested change set and return its description."""
        created = self.cloudformation.create_change_set(
            **self.request(template, **parameters),
            ChangeSetName=f"plan-{time.monotonic_ns()}",
            ChangeSetType=kind,
            IncludeNestedStacks=True,
        )
        return self.described(created["Id"])

    def described(self, change_set_id: str) -> Any:
        return self.cloudformation.describe_change_set(ChangeSetName=change_set_id, IncludePropertyValues=True)
