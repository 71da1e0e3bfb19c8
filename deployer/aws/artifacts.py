"""The artifact bucket: private, encrypted, versioned, TLS only, in the stack's region and our own account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deployer.aws.faults import translated
from deployer.errors import AlreadyError, DeniedError, NotFoundError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from deployer.aws.clients import Clients
    from deployer.decide.templates import Artifact


def bucket_name(account: str, region: str) -> str:
    """Return the name of the artifact bucket of an account and region."""
    return f"streamflix-artifacts-{account}-{region}"


def shared_bucket_name(account: str, region: str, environment: str) -> str:
    """Return the name of the bucket that one environment's other accounts may read, and nobody else's."""
    return f"streamflix-shared-{account}-{region}-{environment}"


def exists(clients: Clients, bucket: str) -> bool:
    """Whether the bucket is there, and ours.

    The name can be guessed, so somebody else may have taken it: then this raises DeniedError, for the owner is always
    checked. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    try:
        owner = clients.account
        return _there(
            clients, f"HeadBucket ({bucket})", lambda: clients.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
        )
    except DeniedError as error:
        message = f"bucket {bucket} belongs to another account, or these credentials may not use it"
        raise DeniedError(message) from error


def _there(clients: Clients, call: str, head: Callable[[], object]) -> bool:
    """Whether a HEAD finds something. Its answer has no body, so denied access and expired credentials look alike."""
    try:
        with translated(call, clients.region):
            head()
    except NotFoundError:
        return False
    except DeniedError:
        clients.signed_in()
        raise
    return True


def create(clients: Clients, bucket: str) -> None:
    """Create the bucket in the clients' region; one that is ours already is fine."""
    # us-east-1 is the one region that must not be named.
    place: Any = {"CreateBucketConfiguration": {"LocationConstraint": clients.region}}
    try:
        with translated(f"CreateBucket ({bucket})", clients.region):
            clients.s3.create_bucket(
                Bucket=bucket, ObjectOwnership="BucketOwnerEnforced", **({} if clients.region == "us-east-1" else place)
            )
    except AlreadyError:
        return


def secure(clients: Clients, bucket: str, readers: Sequence[str] = ()) -> list[str]:
    """Put right whatever of the bucket's settings is not as it must be; return the names of those.

    ``readers`` are other accounts that may read the templates. Their bucket is encrypted with S3's own keys: the key
    ``aws/s3`` cannot be used from another account.
    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
    """
    return [name for name, put in _settings(clients, bucket, readers) if put()]


def _settings(clients: Clients, bucket: str, readers: Sequence[str]) -> list[tuple[str, Callable[[], bool]]]:
    s3, owner = clients.s3, clients.account
    ours: Any = {"Bucket": bucket, "ExpectedBucketOwner": owner}
    closed: Any = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    encryption: Any = {
        "Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            if readers
            else {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True},
        ]
    }
    policy = tls_only(clients.partition, bucket)
    if readers:
        policy["Statement"].append(readable(clients.partition, bucket, readers))

    def settle(get: Callable[[], object], wanted: object, put: Callable[[], object]) -> bool:
        if _current(clients, bucket, get) == wanted:
            return False
        with translated(f"securing bucket {bucket}", clients.region):
            put()
        return True

    return [
        (
            "public access block",
            lambda: settle(
                lambda: s3.get_public_access_block(**ours)["PublicAccessBlockConfiguration"],
                closed,
                lambda: s3.put_public_access_block(**ours, PublicAccessBlockConfiguration=closed),
            ),
        ),
        (
            "encryption",
            lambda: settle(
                lambda: _algorithm(s3.get_bucket_encryption(**ours)["ServerSideEncryptionConfiguration"]),
                _algorithm(encryption),
                lambda: s3.put_bucket_encryption(**ours, ServerSideEncryptionConfiguration=encryption),
            ),
        ),
        (
            "versioning",
            lambda: settle(
                lambda: s3.get_bucket_versioning(**ours).get("Status"),
                "Enabled",
                lambda: s3.put_bucket_versioning(**ours, VersioningConfiguration={"Status": "Enabled"}),
            ),
        ),
        (
            "bucket policy",
            lambda: settle(
                lambda: json.loads(s3.get_bucket_policy(**ours)["Policy"]),
                policy,
                lambda: s3.put_bucket_policy(**ours, Policy=json.dumps(policy)),
            ),
        ),
    ]


def _current(clients: Clients, bucket: str, get: Callable[[], object]) -> object:
    try:
        with translated(f"reading bucket {bucket}", clients.region):
            return get()
    except (NotFoundError, UnsupportedError):
        return None


def _algorithm(configuration: Mapping[str, Any]) -> object:
    return configuration["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]


def tls_only(partition: str, bucket: str) -> dict[str, Any]:
    """Return the bucket policy that refuses every request without TLS.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS
    """
    arn = f"arn:{partition}:s3:::{bucket}"
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def readable(partition: str, bucket: str, readers: Sequence[str]) -> dict[str, Any]:
    """Return the statement that lets other accounts read the templates, and not list, write or delete them.

    A nested stack's template is read as the role that StackSets takes on in the instance's own account, so that role
    needs ``s3:GetObject`` too:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html
    """
    return {
        "Sid": "StackSetInstances",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:{partition}:iam::{account}:root" for account in readers]},
        "Action": "s3:GetObject",
        "Resource": f"arn:{partition}:s3:::{bucket}/templates/*",
    }


def download(clients: Clients, bucket: str, key: str) -> str:
    """Return the text of a template that was uploaded; raises NotFoundError."""
    with translated(f"GetObject ({key})", clients.region):
        answer = clients.s3.get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=clients.account)
        return answer["Body"].read().decode()


def upload(clients: Clients, bucket: str, artifacts: Iterable[Artifact]) -> list[str]:
    """Upload the artifacts that are not there yet and return their keys; nothing is ever overwritten or deleted."""
    return [artifact.key for artifact in artifacts if _upload(clients, bucket, artifact)]


def _upload(clients: Clients, bucket: str, artifact: Artifact) -> bool:
    ours: Any = {"Bucket": bucket, "Key": artifact.key, "ExpectedBucketOwner": clients.account}
    if _there(clients, f"HeadObject ({artifact.key})", lambda: clients.s3.head_object(**ours)):
        return False
    with translated(f"PutObject ({artifact.key})", clients.region):
        clients.s3.put_object(**ours, Body=artifact.body.encode())
    return True
