"""AWS's cloudformation-validate, on each stack's template with the values that it has there.

https://github.com/aws-cloudformation/cloudformation-validate
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from gate.digest import digest, sources, versions
from gate.engines import Job, Stacks, Verdict
from gate.engines.off import off
from gate.finding import Finding
from gate.resolved import resolved
from gate.subject import Subject

if TYPE_CHECKING:
    from cloudformation_validate import CompositeEngine, Diagnostic, ValidateConfig

    from gate.tree import Context, Path, Stack

PACKAGE: Final = "cloudformation-validate"
HOME: Final = "https://github.com/aws-cloudformation/cloudformation-validate"


def jobs(trees: Mapping[Subject, Stacks]) -> Iterator[Job]:
    """Give one job per tree, since values differ in each."""
    code = sources("tree", "resolved.py", "finding.py", "engines/native.py", "engines/off.py", "engines/off.toml")
    for subject, stacks in trees.items():
        key = digest(PACKAGE, versions(PACKAGE), code, subject.digest)
        run = partial(_run, subject)
        yield Job(key=key, name=PACKAGE, file=subject.root, subjects=(subject,), weight=40 * len(stacks), run=run)


def prepare() -> None:
    """Do nothing: the native library is loaded by the worker that uses it."""


def name(rule_id: str) -> str:
    """Return the id that the gate shows; the engine's own 9xxx families would be taken for ours."""
    return f"V{rule_id}" if rule_id[1:2] == "9" else rule_id


@cache
def engine() -> CompositeEngine:
    """Load the engine; half a second."""
    from cloudformation_validate import CompositeEngine  # noqa: PLC0415 - loads a large native library

    atexit.register(engine.cache_clear)  # it cannot free itself once modules are gone
    return CompositeEngine()


def _run(subject: Subject) -> Verdict:
    tree = subject.tree
    config = _config(tree.context)
    judged = [stack for stack in tree.stacks.values() if not _rewritten(stack)]
    return {subject.region: [finding for stack in judged for finding in _findings(stack, config)]}


def _rewritten(stack: Stack) -> bool:
    """Tell whether a macro of the account rewrites the template, so that what is created cannot be seen in it."""
    given = stack.template.body.get("Transform", [])
    names = given if isinstance(given, list) else [given]
    return any(not str(name).startswith("AWS::") for name in names)


def _config(context: Context) -> ValidateConfig:
    from cloudformation_validate import (  # noqa: PLC0415 - as engine()
        PseudoParameterOverrides,
        RuleFilterConfig,
        Severity,
        ValidateConfig,
    )

    return ValidateConfig(
        severity_level=Severity.WARN,
        exclude=RuleFilterConfig(ids=sorted(off(PACKAGE))),
        pseudo_parameter_overrides=PseudoParameterOverrides(
            region=context.region,
            partition=context.partition,
            url_suffix=context.url_suffix,
            account_id=context.account,
            stack_name=context.stack_name,
        ),
    )


def _findings(stack: Stack, config: ValidateConfig) -> Iterator[Finding]:
    from cloudformation_validate import TemplateContent  # noqa: PLC0415 - as engine()

    body = resolved(stack)
    if "Resources" not in body:  # conditions leave nothing
        return
    content = TemplateContent(json.dumps(body), stack.file)
    for found in engine().validate_template(content, config).diagnostics:
        logical_id, path = _place(found)
        yield Finding(
            rule=name(found.rule_id),
            severity="warning" if found.severity.name == "WARN" else "error",
            message=found.message,
            fix=found.suggested_fix or found.rule_description or "",
            link=found.documentation_url or HOME,
            stack=stack.path,
            file=stack.file,
            logical_id=logical_id,
            path=path,
            line=stack.template.line(("Resources", logical_id, *path) if logical_id else path),
        )


def _place(found: Diagnostic) -> tuple[str, Path]:
    """Return the resource and the place below it, or no resource and the place in the template."""
    keys = (found.property_path or "").replace("/", ".").split(".")
    path = tuple(int(key) if key.isdecimal() else key for key in keys if key)
    is_resource = found.entity is not None and found.entity.entity_type.name == "RESOURCE"
    return (found.entity.logical_id if found.entity and is_resource else ""), path
