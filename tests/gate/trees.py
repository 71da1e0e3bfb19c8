"""Small trees on disk for tests of the gate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from gate.subject import Subject
from gate.tree.load import Folder

ROOT = """
Parameters:
  Days: {Type: Number}
  Wanted: {Type: String, Default: "yes"}
Resources:
  Queues:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: queues.yaml
      Parameters: {Days: !Ref Days, Wanted: !Ref Wanted, Topic: !Ref Topic}
  Topic:
    Type: AWS::SNS::Topic
Outputs:
  Url: {Value: !GetAtt Queues.Outputs.Url}
"""
QUEUES = """
Parameters:
  Days: {Type: Number}
  Wanted: {Type: String}
  Topic: {Type: String, Default: none}
Conditions:
  Second: !Equals [!Ref Wanted, "yes"]
Resources:
  First:
    Type: AWS::KMS::Key
    Properties:
      PendingWindowInDays: !Ref Days
      EnableKeyRotation: !If [Second, true, false]
      Description: !Sub "keeps ${Days} for ${Topic}"
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            Action: "kms:*"
            Resource: "*"
  Later:
    Type: AWS::SNS::Topic
    Condition: Second
    Properties:
      KmsMasterKeyId: !Ref First
Outputs:
  Url: {Value: !GetAtt First.Arn}
"""
"""A tree that every engine accepts with Days from 7 to 30; only the values tell."""


def write(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write a tree's files, by default the one above."""
    for name, text in (files or {"root.yaml": ROOT, "queues.yaml": QUEUES}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def subject(
    folder: Path | Folder, days: str = "7", region: str = "eu-west-2", profile: str = "production", **values: str
) -> Subject:
    """Describe the tree in a folder."""
    below = folder if isinstance(folder, Folder) else Folder(folder)
    return Subject(
        name=f"{days} {region}",
        folder=below,
        root="root.yaml" if "root.yaml" in below.files else "root.json",
        parameters={"Days": days, **values},
        region=region,
        profile=profile,
    )


def queue(**properties: object) -> str:
    """Return the JSON of a template with one queue."""
    return json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": properties}}}, indent=1)
