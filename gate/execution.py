"""What ECS itself does for a task before its containers run, and needs the execution role for.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gate.tree import Path, Resource, Tree, Value, as_text, dig, items, references, text
from gate.workloads import containers, entries

_REGISTRY: Final = re.compile(r"\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)/")


def secrets(task: Resource) -> Iterator[tuple[Path, Value]]:
    """Yield every secret or parameter that ECS reads for a task: for variables, log drivers and registries."""
    yield from ((entry.path, entry.value) for entry in entries(task) if entry.secret)
    for path, container in containers(task):
        for index, option in enumerate(items(dig(container, "LogConfiguration.SecretOptions"))):
            at = (*path, "LogConfiguration", "SecretOptions", index, "ValueFrom")
            yield at, dig(option, "ValueFrom")
        registry = dig(container, "RepositoryCredentials.CredentialsParameter")
        if registry is not None:
            yield (*path, "RepositoryCredentials", "CredentialsParameter"), registry


def logs(task: Resource) -> Iterator[tuple[Path, Value]]:
    """Yield the options of every container that logs to CloudWatch Logs."""
    for path, container in containers(task):
        if as_text(dig(container, "LogConfiguration.LogDriver")) == "awslogs":
            yield (*path, "LogConfiguration", "Options"), dig(container, "LogConfiguration.Options")


def private_images(tree: Tree, task: Resource) -> Iterator[tuple[Path, Resource | None]]:
    """Yield the images in private ECR repositories, with the repository where it is in the tree.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    for path, container in containers(task):
        image = dig(container, "Image")
        made = [tree.at(ref) for ref in references(image) if ref.type == "AWS::ECR::Repository"]
        if made or _REGISTRY.match(text(image) or ""):
            yield (*path, "Image"), next(iter(made), None)
