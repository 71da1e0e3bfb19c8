"""AWS's and botocore's errors, each turned into one sentence that says what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from deployer.errors import (
    AlreadyError,
    DeniedError,
    DeployError,
    ExpiredError,
    NotFoundError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
)
from deployer.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.exceptions import BotoCoreError, ClientError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
_THROTTLED = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"}
_EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "TokenRefreshRequired",
}
_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "AllAccessDisabled",
    # What is left of any of these, or of expired credentials, in the answer to a HEAD, which has no body:
    "400",
    "403",
}
_MISSING = {
    "ChangeSetNotFound",
    "ChangeSetNotFoundException",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "ResourceNotFoundException",
    "ClusterNotFoundException",
    "ServiceNotFoundException",
    "StackSetNotFoundException",
    "OperationNotFoundException",
    "404",
}
_ALREADY = {
    "AlreadyExistsException",
    "TokenAlreadyExistsException",
    "InvalidChangeSetStatus",
    "InvalidChangeSetStatusException",
    "BucketAlreadyOwnedByYou",
    "NameAlreadyExistsException",
    "OperationIdAlreadyExistsException",
}
_BUSY = {"OperationInProgressException", "StaleRequestException"}
_UNSUPPORTED = {"InvalidAction", "UnknownOperationException", "NotImplemented"}
_SERVER_ERROR = 500


@contextmanager
def translated(call: str, region: str) -> Iterator[None]:
    """Raise the DeployError that tells a person what AWS answered to ``call``."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see Clients

    try:
        yield
    except ClientError as error:
        raise from_client(error, call, region) from error
    except BotoCoreError as error:
        raise from_botocore(error, call, region) from error


def from_client(error: ClientError, call: str, region: str) -> DeployError:
    """Return the error for an answer that AWS gave."""
    answer: Any = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    words = str(answer.get("Error", {}).get("Message", "")) or code
    place = f"{call} in {region}"
    if code in _THROTTLED:
        return ThrottledError(f"{place}: AWS throttles this account ({words}); wait a minute and run the command again")
    if code in _EXPIRED:
        return ExpiredError(f"{place}: the credentials are expired or not valid ({words}); sign in and run it again")
    if code in _DENIED:
        return DeniedError(f"{place}: access denied: {words}")
    if code in _MISSING or (code == "ValidationError" and "does not exist" in words):
        return NotFoundError(f"{place}: {words}")
    if code in _ALREADY:
        return AlreadyError(f"{place}: {words}")
    if code in _BUSY:
        return DeployError(f"{place}: another operation runs ({words}); run the command again when it has ended")
    if code in _UNSUPPORTED:
        return UnsupportedError(f"{place}: this endpoint does not know the call ({words})")
    if answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR:
        return UnreachableError(f"{place}: AWS fails to answer ({code}: {words}); run the command again later")
    return DeployError(f"{place}: {words}", Exit.VALIDATION)


def from_botocore(error: BotoCoreError, call: str, region: str) -> DeployError:
    """Return the error for a call that got no answer."""
    from botocore import exceptions  # noqa: PLC0415

    place = f"{call} in {region}"
    signed_out = (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.TokenRetrievalError,
        exceptions.SSOError,
        exceptions.ProfileNotFound,
    )
    if isinstance(error, signed_out):
        return ExpiredError(
            f"{place}: no valid credentials ({error}); sign in (aws sso login, aws configure) and retry"
        )
    if isinstance(error, (exceptions.HTTPClientError, exceptions.ConnectionError)):
        return UnreachableError(f"{place}: no connection ({error}); check the network and run the command again")
    return DeployError(f"{place}: {error}")
