"""Complete ministack's resource handlers from the registry schemas.

Every type gets a handler that validates and coerces its properties first. Where ministack has a service for the type,
that service does the work and only the attributes that it leaves out are filled in; where it has none, the schema
alone says what the resource answers. Handlers are plain functions in one registry: type -> {"create": f(logical_id,
properties, stack_name) -> (physical_id, attributes), "update": ..., "delete": ...}.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from local.emulator.identity import Names, answers, attributes
from local.emulator.schema import coerce, problems, resolve, top_level

if TYPE_CHECKING:
    from local.emulator.schema import Document, Json, Registry

# ministack lives in the cloud's own virtual environment, so it is imported by name.
cloudformation: Any = import_module("ministack.services.cloudformation")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
stacks: Any = import_module("ministack.services.cloudformation.stacks")
responses: Any = import_module("ministack.core.responses")

Answer: TypeAlias = "tuple[str, Document]"
Handler: TypeAlias = "dict[str, Any]"

# What only the engine can make: other stacks, custom resources and signals.
ENGINE_TYPES = frozenset(
    f"AWS::CloudFormation::{name}" for name in ("CustomResource", "Stack", "WaitCondition", "WaitConditionHandle")
)

# Properties that ministack's own handler refuses: the schema stands behind a resource that has one.
_BEYOND = {"AWS::CloudWatch::Alarm": "Metrics"}


def backing(own: frozenset[str], resource_type: str, properties: Document) -> str:
    """Return ``service`` where one of ministack's, or its engine, stands behind a resource, or else ``schema``."""
    if _BEYOND.get(resource_type) in properties or resource_type not in own | ENGINE_TYPES:
        return "schema"
    return "service"


def install(registry: Registry) -> frozenset[str]:
    """Put a completed handler behind every registry type; return the types that a ministack service stands behind."""
    handlers: dict[str, Handler] = provisioners._RESOURCE_HANDLERS
    own = frozenset(handlers)
    for resource_type in set(registry.types()) - ENGINE_TYPES:
        completed = Completed(resource_type, registry, handlers.get(resource_type, {}))
        handlers[resource_type] = completed.handler()
        if resource_type not in own:
            provisioners._REPLACING_PROPERTIES[resource_type] = completed.create_only()
        elif resource_type not in provisioners._STACK_TAG_PROPERTY:
            provisioners._STACK_TAG_PROPERTY.update(completed.stack_tags())
    stacks._property_recreation = Recreation(registry).of
    return own


@dataclass(frozen=True)
class Completed:
    """One resource type: its schema, and ministack's own handler for it if there is one."""

    resource_type: str
    registry: Registry
    service: Handler = field(default_factory=dict)

    def handler(self) -> Handler:
        """Return the completed handler."""
        completed = {**self.service, "create": self.create}
        if not self.service:
            return {**completed, "update": self.update, "update_with_logical_id": True, "delete": self.delete}
        if "update" in self.service:
            completed |= {"update": self.update, "update_with_logical_id": True}
        if "delete" in self.service and not self.service.get("delete_with_logical_id"):
            completed["delete"] = self.delete
        return completed

    def create_only(self) -> tuple[str, ...]:
        """Return the properties whose change replaces the resource."""
        return tuple(sorted(top_level(self._schema(), "createOnlyProperties")))

    def stack_tags(self) -> dict[str, tuple[str, str]]:
        """Return where the stack's tags go: the type's tag property and its shape, as ministack's table has them."""
        schema = self._schema()
        tagging = schema.get("tagging") or {}
        name = tagging.get("tagProperty", "").split("/")[-1]
        if not tagging.get("taggable") or name not in schema["properties"]:
            return {}
        shape = "list" if resolve(schema, schema["properties"][name]).get("type") == "array" else "map"
        return {self.resource_type: (name, shape)}

    def create(self, logical_id: str, properties: Document, stack_name: str) -> Answer:
        """Create the resource; raise ``ValueError`` in CloudFormation's words when the schema forbids it."""
        checked = self._checked(logical_id, properties)
        if service := self._service(checked):
            physical_id, found = service["create"](logical_id, checked, stack_name)
        else:
            physical_id, found = answers(self._schema(), checked, self._names(logical_id, stack_name))
            self._refuse_taken(physical_id)
        return physical_id, self._filled(logical_id, stack_name, physical_id, checked, found)

    def update(
        self, physical_id: str, old: Document, new: Document, stack_name: str, logical_id: str | None = None
    ) -> Answer:
        """Update the resource in place; raise ``ValueError`` as ``create`` does."""
        logical_id = logical_id or physical_id
        checked, before = self._checked(logical_id, new), coerce(self._schema(), old)
        service = self._service(checked)
        if service and not self._service(before):
            physical_id, found = service["create"](logical_id, checked, stack_name)
        elif service:
            extra = [logical_id] if service.get("update_with_logical_id") else []
            physical_id, found = service["update"](physical_id, before, checked, stack_name, *extra)
        else:
            self.delete(physical_id, before)
            found = {}
        return physical_id, self._filled(logical_id, stack_name, physical_id, checked, found)

    def delete(self, physical_id: str, properties: Document) -> None:
        """Delete the resource. What has only a schema behind it lives in the stack's record alone."""
        if service := self._service(properties):
            service["delete"](physical_id, coerce(self._schema(), properties))

    def _service(self, properties: Document) -> Handler:
        """Return ministack's own handler for a resource with these properties; empty where it has none."""
        return {} if _BEYOND.get(self.resource_type) in properties else self.service

    def _schema(self) -> Document:
        schema = self.registry.schema(self.resource_type, responses.get_region())
        assert schema is not None, self.resource_type
        return schema

    def _checked(self, logical_id: str, properties: Document) -> Document:
        checked: Document = coerce(self._schema(), properties)
        if found := problems(self._schema(), self._without_system_tags(checked)):
            summary = [f"#: {len(found)} schema violations found"] if len(found) > 1 else []
            message = "\n".join([*summary, *found])
            raise ValueError(f"Properties validation failed for resource {logical_id} with message:\n{message}")
        return checked

    def _without_system_tags(self, properties: Document) -> Document:
        """Return the properties without the ``aws:`` tags that the engine, not the template, has added."""
        name, _ = provisioners._STACK_TAG_PROPERTY.get(self.resource_type, ("", ""))
        tags = properties.get(name)
        if isinstance(tags, list):
            own = [tag for tag in tags if not str(tag.get("Key", "")).startswith("aws:")]
            return {**properties, name: own}
        if isinstance(tags, dict):
            return {**properties, name: {key: tag for key, tag in tags.items() if not key.startswith("aws:")}}
        return properties

    def _names(self, logical_id: str, stack_name: str) -> Names:
        name = provisioners._physical_name(stack_name, logical_id)
        return Names(name, responses.get_region(), responses.get_account_id())

    def _filled(
        self, logical_id: str, stack_name: str, physical_id: str, properties: Document, found: Document
    ) -> Document:
        """Return the attributes with what the service left out."""
        schema, values = self._schema(), {**properties, **found}
        identifiers = [pointer.split("/")[-1] for pointer in schema.get("primaryIdentifier", ())]
        if len(identifiers) == 1:
            values.setdefault(identifiers[0], physical_id)
        identifier = "" if physical_id.startswith(("arn:", "http")) else physical_id
        answered = {name: value for name, value in found.items() if not _nowhere(name, value)}
        return {**attributes(schema, values, self._names(logical_id, stack_name), identifier), **answered}

    def _refuse_taken(self, physical_id: str) -> None:
        for stack in cloudformation._stacks.values():
            for record in stack.get("_resources", {}).values():
                if (record["ResourceType"], record["PhysicalResourceId"]) == (self.resource_type, physical_id):
                    message = f"Resource of type '{self.resource_type}' with identifier '{physical_id}' already exists."
                    raise ValueError(message)


def _nowhere(name: str, value: Json) -> bool:
    """Return whether an address is the bare name of a container, as ministack has it where it runs in a network."""
    hosts = value if isinstance(value, list) else str(value).split(",")
    return name.endswith(("Address", "Addresses", "AddressesList")) and not all("." in host for host in hosts)


@dataclass(frozen=True)
class Recreation:
    """What a change set says of a changed property: whether it replaces the resource."""

    registry: Registry

    def of(self, resource_type: str, name: str) -> str:
        """Return ``Always``, ``Conditionally`` or ``Never``, from the type's create-only properties.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
        """
        schema = self.registry.schema(resource_type, responses.get_region()) or {}
        if name in top_level(schema, "createOnlyProperties"):
            return "Always"
        keys: tuple[str, ...] = ("createOnlyProperties", "conditionalCreateOnlyProperties")
        nested: set[str] = {pointer.split("/")[2] for key in keys for pointer in schema.get(key, ())}
        return "Conditionally" if name in nested else "Never"
