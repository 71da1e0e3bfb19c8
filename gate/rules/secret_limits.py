"""Secrets, rotations and keys that Secrets Manager and KMS refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from gate.limits import (
    GIVEN,
    OFF,
    ON,
    Limit,
    Shape,
    among,
    between,
    either,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Tree, Value, as_int, as_text, dig

_SECRET, _ROTATION = ("AWS::SecretsManager::Secret",), ("AWS::SecretsManager::RotationSchedule",)
_KEY, _ALIAS = ("AWS::KMS::Key",), ("AWS::KMS::Alias",)
_API = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_"
_GENERATE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html"
_KMS = "https://docs.aws.amazon.com/kms/latest/APIReference/API_"
_KINDS = ("ExcludeLowercase", "ExcludeUppercase", "ExcludeNumbers", "ExcludePunctuation")
_LEFT: tuple[Shape, ...] = tuple({"properties": {kind: OFF}} for kind in _KINDS)
_SYMMETRIC: Shape = may(KeySpec=among("SYMMETRIC_DEFAULT"))

LIMITS: Final = (
    Limit(
        _SECRET, "Name", like(r"[A-Za-z0-9/_+=.@-]{1,512}"), "A name has letters, digits and of / _ + = . @ -.",
        f"{_API}CreateSecret.html",
    ),
    Limit(
        _SECRET, "", when(having(SecretString=GIVEN), without("GenerateSecretString")),
        "Give the secret, or let it be made.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html",
    ),
    Limit(
        _SECRET, "GenerateSecretString", {"dependentRequired": {
            "GenerateStringKey": ["SecretStringTemplate"], "SecretStringTemplate": ["GenerateStringKey"]}},
        "GenerateStringKey and SecretStringTemplate go together.", _GENERATE,
    ),
    Limit(
        _SECRET, "GenerateSecretString.PasswordLength", between(1, 4096), "A password has 1 to 4096 characters.",
        f"{_API}GetRandomPassword.html",
    ),
    Limit(
        _SECRET, "GenerateSecretString.ExcludeCharacters", {"maxLength": 4096}, "List up to 4096 characters.",
        f"{_API}GetRandomPassword.html",
    ),
    Limit(
        _SECRET, "GenerateSecretString",
        either(having(IncludeSpace=ON), *_LEFT),
        "Leave some kind of character.", f"{_API}GetRandomPassword.html",
    ),
    Limit(
        _ROTATION, "", {"not": needs("RotationLambdaARN", "HostedRotationLambda")},
        "A secret is rotated by a function of yours or by a hosted one.", f"{_API}RotateSecret.html",
    ),
    Limit(
        _ROTATION, "RotationRules.AutomaticallyAfterDays", between(1, 1000), "Rotate after 1 to 1000 days.",
        f"{_API}RotationRulesType.html",
    ),
    Limit(
        _ROTATION, "RotationRules", when(having(ScheduleExpression=GIVEN), without("AutomaticallyAfterDays")),
        "Give days or an expression, not both.", f"{_API}RotationRulesType.html",
    ),
    Limit(
        _ROTATION, "RotationRules.Duration", like("([1-9]|1[0-9]|2[0-4])h"), "A window has 1h to 24h.",
        f"{_API}RotationRulesType.html",
    ),
    Limit(
        _ROTATION, "HostedRotationLambda.RotationType", among(*(
            f"{engine}{users}User" for users in ("Single", "Multi")
            for engine in ("MySQL", "PostgreSQL", "Oracle", "MariaDB", "SQLServer", "Redshift", "MongoDB", "Db2")
        )), "Take a type of hosted rotation, such as PostgreSQLSingleUser.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html",
    ),
    Limit(
        _ROTATION, "HostedRotationLambda", when(having(RotationType={"pattern": "MultiUser$"}), either(
            needs("MasterSecretArn"), needs("SuperuserSecretArn"))),
        "Rotation with two users needs the secret of a superuser.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-two-users.html",
    ),
    Limit(
        _ALIAS, "AliasName", {"not": {"pattern": "^alias/aws/"}}, "Aliases that begin with alias/aws/ are AWS's own.",
        f"{_KMS}CreateAlias.html",
    ),
    Limit(
        _KEY, "", when(having(EnableKeyRotation=ON), _SYMMETRIC), "Only symmetric keys are rotated.",
        f"{_KMS}EnableKeyRotation.html",
    ),
    Limit(
        _KEY, "", when(having(EnableKeyRotation=ON), may(Origin=among("AWS_KMS"))),
        "Only keys of KMS's own are rotated.",
        f"{_KMS}EnableKeyRotation.html",
    ),
    Limit(
        _KEY, "", when(having(RotationPeriodInDays=GIVEN), having(EnableKeyRotation=ON)),
        "A period needs EnableKeyRotation.",
        f"{_KMS}EnableKeyRotation.html",
    ),
    Limit(
        _KEY, "", when(_SYMMETRIC, may(KeyUsage=among("ENCRYPT_DECRYPT"))), "A symmetric key encrypts and decrypts.",
        f"{_KMS}CreateKey.html",
    ),
    *(
        Limit(
            _KEY, "", when(having(KeySpec=like(spec)), having(KeyUsage=among(*usages))),
            f"Such a key is for {' or '.join(usages)}.", f"{_KMS}CreateKey.html",
        )
        for spec, usages in (
            ("RSA_.*", ("ENCRYPT_DECRYPT", "SIGN_VERIFY")),
            ("ECC_NIST_P(256|384|521)", ("SIGN_VERIFY", "KEY_AGREEMENT")),
            ("ECC_SECG_P256K1|ECC_NIST_EDWARDS25519|ML_DSA_.*", ("SIGN_VERIFY",)),
            ("HMAC_.*", ("GENERATE_VERIFY_MAC",)),
            ("SM2", ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT")),
        )
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  User: {{Type: String, Default: '{user}'}}
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {{SecretStringTemplate: !Ref User, GenerateStringKey: password}}
"""


@rule(
    id="E9150",
    title="Secrets and keys have settings that go together",
    reason=(
        "Secrets Manager refuses half a template, one that is no JSON object, and passwords that cannot be made; KMS "
        "refuses usages and rotations that a kind of key does not have."
    ),
    source=_GENERATE,
    good=_TEMPLATE.format(user='{"username": "keeper"}'),
    bad=_TEMPLATE.format(user="keeper"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold secrets, rotations and keys against the limits of their APIs; read templates of secrets."""
    yield from exceeded(tree, LIMITS)
    for secret in tree.resources(*_SECRET):
        making = secret.get("GenerateSecretString")
        written = as_text(tree.literal(dig(making, "SecretStringTemplate")))
        if written is not None and not _is_object(written):
            message = "the template is no JSON object"
            fix = 'Write an object, such as {"username": "keeper"}.'
            yield Hit(secret, "GenerateSecretString.SecretStringTemplate", message, fix)
        wanted = sum((as_text(dig(making, kind)) or "false").lower() == "false" for kind in _KINDS)
        length = as_int(dig(making, "PasswordLength"))
        every = (as_text(dig(making, "RequireEachIncludedType")) or "true").lower() == "true"
        if length is not None and every and _settled(making) and length < wanted:
            message = f"{length} characters cannot be of {wanted} kinds"
            yield Hit(secret, "GenerateSecretString.PasswordLength", message, "Ask for a longer password.")


def _is_object(written: str) -> bool:
    try:
        return isinstance(json.loads(written), dict)
    except ValueError:
        return False


def _settled(making: Value) -> bool:
    names = (*_KINDS, "RequireEachIncludedType")
    return all(dig(making, name) is None or as_text(dig(making, name)) is not None for name in names)
