"""Security tier: the platform's encryption key, and the API key secret with its rotation."""

from __future__ import annotations

from kit.interface import interface, knob, out
from kit.values import KeyArn, Number, SecretArn


@interface
class Knobs:
    """What params/<env>.json may set."""

    rotation_days: Number = knob("Days between rotations of a secret.", default=30, MinValue=1, MaxValue=365)


@interface
class Security:
    """What other tiers may use."""

    key_arn: KeyArn = out("Key that encrypts everything the platform stores.", root=True)
    api_key_secret_arn: SecretArn = out("Secret that holds the content API's key.")
