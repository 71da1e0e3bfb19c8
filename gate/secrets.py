"""What a secret looks like: in property names, in names of variables, as a text, and inside.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html (prefixes of key ids),
https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html
"""

from __future__ import annotations

import json
import re
from functools import cache

from gate.tree import Reference, Tree, Unknown, as_text

_PROPERTY = re.compile(
    r"^(?!Manage|Enable|Require|Allow|Rotate|Use|Has|Is).*"
    r"(Password|Passwords|AuthToken|Passphrase|ClientSecret|SecretAccessKey|PrivateKey|ApiKeyValue|AccessToken|OAuthToken)$"
)
_VARIABLE = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|API_KEY|SECRET_KEY|ACCESS_KEY|PRIVATE_KEY|PGPASSWORD)$"
)
_KEY = re.compile(r"pass(word|wd)?$|secret$|token$|api_?key$|private_?key$", re.IGNORECASE)
_FILLER = re.compile(r"change|replace|placeholder|example|dummy|todo|your|^<.*>$|^x+$|^\*+$", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
    r"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"|[a-z][a-z0-9+]*://[^/\s:@{}$]+:[^/\s:@{}$]{3,}@[\w.-]+"
    r"|(?<![\w])gh[pousr]_[A-Za-z0-9]{36}|xox[baprs]-[A-Za-z0-9-]{10,}"
)

_SHORTEST = 12
"""No credential is as short; most texts of a template are."""


@cache
def secret_property(name: str) -> bool:
    """Tell whether a property of this name takes a secret: MasterUserPassword does, ManageMasterUserPassword not."""
    return _PROPERTY.search(name) is not None


def secret_variable(name: str) -> bool:
    """Tell whether an environment variable of this name holds a secret: DB_PASSWORD does, TOKEN_TTL does not."""
    return _VARIABLE.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()) is not None


def secret_key(name: str) -> bool:
    """Tell whether a key of this name in the JSON of a secret is the secret part."""
    return _KEY.search(name) is not None


def filler(text: str) -> bool:
    """Tell whether a text stands for one that somebody fills in later."""
    return _FILLER.search(text) is not None


def credential(text: str) -> str | None:
    """Return what in a text is surely a credential: the id of an access key, a private key, a password in a URL."""
    found = _CREDENTIAL.search(text) if len(text) > _SHORTEST else None
    return found[0] if found and "EXAMPLE" not in found[0] else None


_MANAGED = {"username", "password"}
_ATTACHED = {"engine", "host", "port", "dbname", "dbInstanceIdentifier", "dbClusterIdentifier"}
"""Keys of the secret that RDS manages, and those that an attachment adds.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
"""


def keys(tree: Tree, reference: Reference) -> set[str] | None:
    """Return the keys of the JSON in a secret, none for a plain text; None if that is not known."""
    if reference.attribute == "MasterUserSecret.SecretArn":
        return _MANAGED
    if reference.type == "AWS::SecretsManager::SecretTargetAttachment":
        return keys(tree, found) if isinstance(found := tree.at(reference).get("SecretId"), Reference) else None
    if reference.type != "AWS::SecretsManager::Secret":
        return None
    secret = tree.at(reference)
    attached = [
        each
        for each in tree.resources("AWS::SecretsManager::SecretTargetAttachment")
        if isinstance(each.get("SecretId"), Unknown) or secret in tree.targets(each.get("SecretId"))
    ]
    written = secret.get("GenerateSecretString.SecretStringTemplate")
    whole = secret.get("SecretString")
    if written is None and whole is None and secret.get("GenerateSecretString") is not None:
        return set() if not attached else None
    text = as_text(written if written is not None else whole)
    try:
        data = json.loads(text or "")
    except ValueError:
        return set() if text and not attached and not text.strip().startswith("{") else None
    if not isinstance(data, dict):
        return None
    generated = as_text(secret.get("GenerateSecretString.GenerateStringKey"))
    return {*data, *([generated] if generated else []), *(_ATTACHED if attached else ())}
