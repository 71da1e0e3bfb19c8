"""Keys that the service which encrypts with them may not use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gate.needs import key
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value
from gate.tree.arns import account, arn_of, spelled
from gate.tree.iam import allows, resource_statements

_USES: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "AWS::CloudTrail::Trail": ("KMSKeyId", "cloudtrail", ("kms:GenerateDataKey", "kms:DescribeKey")),
    "AWS::ECS::Cluster": (
        "Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId",
        "fargate",
        ("kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"),
    ),
    "AWS::Logs::LogGroup": ("KmsKeyId", "logs.{region}", ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")),
}
"""By type: the property with the key, the service, and what it does with the key. Sources:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-storage-encryption.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

_TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {{Effect: Allow, Principal: {{AWS: !Ref AWS::AccountId}}, Action: kms:*, Resource: "*"}}
          - Effect: Allow
            Principal: {{Service: !Sub "logs.{region}.amazonaws.com"}}
            Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
            Resource: "*"
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{KmsKeyId: !GetAtt Key.Arn}}}}
"""


@rule(
    id="E9450",
    title="A key lets the service that encrypts with it do so",
    reason=(
        "CloudWatch Logs, CloudTrail and Fargate use a customer key as themselves, so the key policy must name them: "
        "for logs the service of the region. Otherwise the log group, trail or task is refused."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    good=_TEMPLATE.format(region="${AWS::Region}"),
    bad=_TEMPLATE.format(region="eu-south-2"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the policy of every key of the tree that such a resource uses."""
    for user in tree.resources(*_USES):
        path, name, actions = _USES[user.type]
        used = key(tree, user.get(path))
        if used is None:
            continue
        service = f"{name.format(region=tree.context.region)}.amazonaws.com"
        policy, context = resource_statements(tree, used), _context(tree, user)
        missing = [a for a in actions if allows(tree, policy, a, principal=service, context=context) is False]
        if missing:
            verbs = ", ".join(missing)
            message = f"the policy of {used.path} does not let {service} call {verbs} for it"
            yield Hit(user, path, message, f"Allow {verbs} to {{Service: {service}}} in the key policy of {used.id}.")


def _context(tree: Tree, user: Resource) -> dict[str, Value]:
    arn = spelled(tree, arn_of(tree, user))
    own: dict[str, Value] = {"aws:SourceAccount": account(tree)}
    if arn is None:
        return own
    if user.type == "AWS::Logs::LogGroup":
        return {**own, "aws:SourceArn": arn, "kms:EncryptionContext:aws:logs:arn": arn.removesuffix(":*")}
    return {**own, "aws:SourceArn": arn, "kms:EncryptionContext:aws:cloudtrail:arn": arn}
