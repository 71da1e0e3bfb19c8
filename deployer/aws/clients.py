"""Where the calls go, and how often they are tried."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from deployer.aws.faults import translated

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_ecs import ECSClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_sts import STSClient

ATTEMPTS = 8
"""Tries of one call. botocore's standard mode waits a random part of 1, 2, 4 ... 20 s in between, after throttling,
5xx answers, dropped connections and timeouts:
https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html"""

CONNECT_SECONDS = 5
READ_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Access:
    """Where and as whom to call: the usual credential chain, or an emulator's endpoint and its own credentials."""

    profile: str | None = None
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = None


class Clients:
    """The boto3 clients of one region, each made when it is first used."""

    def __init__(self, region: str, access: Access) -> None:
        """Remember where to call; nothing is called and boto3 is not imported yet."""
        self.region = region
        self._access = access

    @cached_property
    def _session(self) -> boto3.Session:
        import boto3  # noqa: PLC0415 - a second of import that most commands do without

        access = self._access
        with translated("sign in", self.region):
            return boto3.Session(
                region_name=self.region,
                profile_name=access.profile,
                aws_access_key_id=access.access_key,
                aws_secret_access_key=access.secret_key,
            )

    @cached_property
    def _config(self) -> Config:
        from botocore.config import Config  # noqa: PLC0415

        return Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            s3={"addressing_style": "path"} if self._access.endpoint_url else None,
        )

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """CloudFormation."""
        return self._session.client("cloudformation", endpoint_url=self._access.endpoint_url, config=self._config)

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        return self._session.client("s3", endpoint_url=self._access.endpoint_url, config=self._config)

    @cached_property
    def sts(self) -> STSClient:
        """STS."""
        return self._session.client("sts", endpoint_url=self._access.endpoint_url, config=self._config)

    @cached_property
    def ecs(self) -> ECSClient:
        """ECS."""
        return self._session.client("ecs", endpoint_url=self._access.endpoint_url, config=self._config)

    @cached_property
    def logs(self) -> CloudWatchLogsClient:
        """CloudWatch Logs."""
        return self._session.client("logs", endpoint_url=self._access.endpoint_url, config=self._config)

    @cached_property
    def partition(self) -> str:
        """The partition of the region: ``aws``, ``aws-cn``, ``aws-us-gov``."""
        return self._session.get_partition_for_region(self.region)

    @cached_property
    def account(self) -> str:
        """The account that the credentials belong to."""
        return self.signed_in()

    def signed_in(self) -> str:
        """Ask AWS whose credentials these are; raise ExpiredError if they are not good any more."""
        with translated("GetCallerIdentity", self.region):
            return self.sts.get_caller_identity()["Account"]

    def object_url(self, bucket: str, key: str) -> str:
        """Return the path-style https URL of an object, as CloudFormation takes it.

        An emulator reads the path only, and like AWS it wants https, so its own address is never part of it.
        """
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"https://s3.{self.region}.{suffix}/{bucket}/{key}"
