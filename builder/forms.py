"""The forms in which other tools want an environment's parameters, derived from ``params/``."""

from __future__ import annotations

import json

from kit.environment import Environment

PACKAGED = "build/packaged.yaml"
"""Where the README's ``aws cloudformation package`` puts the root template that Git sync deploys."""


def forms(environment: Environment) -> dict[str, str]:
    """Render each form, by file name.

    ``cli-v1.json``: ``Key=Value`` list for ``aws cloudformation deploy`` of CLI v1 (v2 also takes it).
    ``codepipeline.json``: template configuration of a CodePipeline CloudFormation action.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
    ``deployment.yaml``: stack deployment file of CloudFormation Git sync.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/git-sync-concepts-terms.html
    """
    parameters, tags = dict(environment.parameters), dict(environment.tags)
    sync = {"template-file-path": PACKAGED, "parameters": parameters, "tags": tags}
    return {
        "cli-v1.json": _json([f"{key}={value}" for key, value in parameters.items()]),
        "codepipeline.json": _json({"Parameters": parameters, "Tags": tags}),
        "deployment.yaml": _yaml(sync),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=1) + "\n"


def _yaml(value: object) -> str:
    import yaml  # noqa: PLC0415 - keeps commands that write no YAML quick to start

    return str(yaml.dump(value, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False))
