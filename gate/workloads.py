"""What runs: task definitions and functions, where they run, and what they are handed.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html,
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gate.network import denotes
from gate.tree import Path, Reference, Resource, Tree, Unknown, Value, as_text, dig, items, references, unknown, walk

TASK, FUNCTION, SERVICE = "AWS::ECS::TaskDefinition", "AWS::Lambda::Function", "AWS::ECS::Service"


@dataclass(frozen=True)
class Entry:
    """One environment variable of a container or function; ``secret`` if ECS reads its value from elsewhere."""

    path: Path
    name: str
    value: Value
    secret: bool = False


@dataclass(frozen=True)
class Placement:
    """Where a workload runs: the resource that says so, its subnets and security groups as written there."""

    place: Resource
    path: Path
    subnets: Value
    groups: Value
    public: Value = None


def workloads(tree: Tree) -> Iterator[Resource]:
    """Yield every task definition and function."""
    yield from tree.resources(TASK, FUNCTION)


def containers(task: Resource) -> Iterator[tuple[Path, Value]]:
    """Yield the containers of a task definition, each with its path."""
    for index, container in enumerate(items(task.get("ContainerDefinitions"))):
        yield ("ContainerDefinitions", index), container


def entries(workload: Resource) -> Iterator[Entry]:
    """Yield the environment of a workload whose names are known."""
    if workload.type == FUNCTION:
        given = workload.get("Environment.Variables")
        for key, value in given.items() if isinstance(given, dict) else ():
            yield Entry(("Environment", "Variables", key), key, value)
        return
    for path, container in containers(workload):
        for kind, key in (("Environment", "Value"), ("Secrets", "ValueFrom")):
            for index, entry in enumerate(items(dig(container, kind))):
                name = as_text(dig(entry, "Name"))
                if name:
                    yield Entry((*path, kind, index, key), name, dig(entry, key), secret=kind == "Secrets")


def readable(tree: Tree, workload: Resource) -> bool:
    """Tell whether all that a workload is handed can be seen: no file of variables, nothing unknown, no override."""
    if any(isinstance(value, Unknown) for _, value in walk(workload.properties)):
        return False
    if workload.type == TASK and any(dig(container, "EnvironmentFiles") for _, container in containers(workload)):
        return False
    return not any(unknown(use.resource.properties) for use in tree.referrers(workload) if use.resource.type != SERVICE)


@lru_cache(maxsize=256)
def handed(tree: Tree, workload: Resource) -> tuple[Reference, ...]:
    """Return what a workload is told of: every attribute that its properties mention.

    What a parameter or secret that it is handed mentions counts too, and what triggers or configures it.
    """
    found = list(references(workload.properties))
    for reference in tuple(found):
        holder = tree.at(reference)
        if holder.type == "AWS::SSM::Parameter":
            found += references(holder.get("Value"))
        elif holder.type == "AWS::SecretsManager::Secret":
            found += references(holder.get("SecretString")) + references(holder.get("GenerateSecretString"))
    for use in tree.referrers(workload):
        if use.resource.type not in {SERVICE, "AWS::IAM::Policy"}:
            found += references(use.resource.properties)
    return tuple(found)


def told_of(tree: Tree, workload: Resource, resource: Resource) -> bool:
    """Tell whether a workload is told of a resource, by any of its attributes or by its name."""
    if any(tree.at(reference) is resource for reference in handed(tree, workload)):
        return True
    name = as_text(tree.name(resource))
    return name is not None and any(
        isinstance(value, str) and name in value for _, value in walk(tree.literal(workload.properties))
    )


def services(tree: Tree, task: Resource) -> list[Resource]:
    """Return the services that run a task definition."""
    return [service for service in tree.resources(SERVICE) if denotes(tree, service.get("TaskDefinition"), task)]


def placements(tree: Tree, workload: Resource) -> list[Placement]:
    """Return where a workload is put into a VPC: by its services, by a rule or schedule, or by its own settings."""
    if workload.type == FUNCTION:
        config = workload.get("VpcConfig")
        if config is None or dig(config, "SubnetIds") in (None, []):
            return []
        return [Placement(workload, ("VpcConfig",), dig(config, "SubnetIds"), dig(config, "SecurityGroupIds"))]
    found = []
    for service in services(tree, workload):
        path: Path = ("NetworkConfiguration", "AwsvpcConfiguration")
        found += _placed(service, path, service.get(path))
    for use in tree.referrers(workload, "AWS::Events::Rule", "AWS::Scheduler::Schedule"):
        at: Path = (*use.path[:-1], "NetworkConfiguration")
        for key in ("AwsVpcConfiguration", "AwsvpcConfiguration"):
            found += _placed(use.resource, (*at, key), use.resource.get((*at, key)))
    return found


def _placed(place: Resource, path: Path, config: Value) -> list[Placement]:
    if not isinstance(config, dict):
        return []
    return [Placement(place, path, config.get("Subnets"), config.get("SecurityGroups"), config.get("AssignPublicIp"))]


def role(tree: Tree, workload: Resource) -> Resource | None:
    """Return the role with whose permissions the code of a workload runs; None if it is not in the tree."""
    return tree.target(workload.get("Role" if workload.type == FUNCTION else "TaskRoleArn"), "AWS::IAM::Role")


def fargate(tree: Tree, task: Resource) -> bool:
    """Tell whether tasks run on Fargate, as the definition or one of its services says."""
    if any(as_text(item) == "FARGATE" for item in items(task.get("RequiresCompatibilities"))):
        return True
    return any(as_text(service.get("LaunchType")) == "FARGATE" for service in services(tree, task))


def file_systems(tree: Tree, task: Resource) -> list[tuple[Path, Resource]]:
    """Return the file systems of the tree that tasks mount, each with the path of its volume."""
    found: list[tuple[Path, Resource]] = []
    for index, volume in enumerate(items(task.get("Volumes")) if task.type == TASK else ()):
        system = tree.target(dig(volume, "EFSVolumeConfiguration.FilesystemId"), "AWS::EFS::FileSystem")
        if system:
            found.append((("Volumes", index), system))
    return found


def mount_targets(tree: Tree, task: Resource) -> list[Resource]:
    """Return the mount targets of the file systems that tasks mount."""
    systems = [system for _, system in file_systems(tree, task)]
    return [
        target
        for target in tree.resources("AWS::EFS::MountTarget")
        if any(denotes(tree, target.get("FileSystemId"), system) for system in systems)
    ]
