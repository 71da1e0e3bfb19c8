"""The environment: the one thing every tier knows, and what it makes of it: names and tags."""

from __future__ import annotations

from typing import Final

from troposphere import Sub, Tags

from kit.interface import interface, knob
from kit.text import sub
from kit.values import Text

PROJECT: Final = "streamflix"
LONGEST_ENVIRONMENT: Final = 12


@interface
class Scope:
    """What every tier is told."""

    environment: Text = knob(
        "Environment that this stack is: part of every physical name and of every tag.",
        label="Environment name",
        AllowedPattern=r"^[a-z](-?[a-z0-9])*$",
        MaxLength=LONGEST_ENVIRONMENT,
        ConstraintDescription="lowercase letters, digits and single hyphens, a letter first, at most 12",
    )

    def name(self, thing: str) -> Sub:
        """Name a thing that people or other systems look up: ``streamflix-<thing>-<environment>``."""
        return sub(f"{PROJECT}-{thing}-${{environment}}", environment=self.environment)

    def path(self, thing: str) -> Sub:
        """Name a thing in a hierarchy, such as a log group: ``/streamflix/<environment>/<thing>``."""
        return sub(f"/{PROJECT}/${{environment}}/{thing}", environment=self.environment)

    def name_tag(self, thing: str) -> Tags:
        """Tag a resource that has no name of its own with one that the console shows."""
        return Tags(Name=self.name(thing))


def stack_tags(scope: Scope, tier: str) -> Tags:
    """Tags of a nested stack; CloudFormation hands them on to every taggable resource in it.

    ``ContentTracking`` marks what processes media for the records that EU media rules ask for.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
    """
    return Tags(
        Project=PROJECT,
        Environment=scope.environment,
        Tier=tier,
        ManagedBy="cloudformation",
        ContentTracking="eu-media",
    )
