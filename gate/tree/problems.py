"""What is wrong with a tree as such: errors that stop its loading, and problems that the checks report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gate.tree.values import Path


class TreeError(Exception):
    """The tree cannot be read. ``file`` and ``line`` say where (if known), ``fix`` what to do next."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None, fix: str = "") -> None:
        """Compose one line: file:line: message; fix."""
        self.message, self.file, self.line, self.fix = message, file, line, fix
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}{'. ' + fix if fix else ''}")


def too_deep(limit: int, file: str, line: int | None = None) -> TreeError:
    """Return the error for a text that is nested too deeply."""
    return TreeError(f"nested deeper than {limit} levels", file=file, line=line, fix="Flatten it.")


@dataclass(frozen=True, slots=True)
class Problem:
    """A structural problem: the tree could be read, but CloudFormation would refuse it.

    ``code`` is one of ``CODES``; ``path`` is the place inside the template ``file``, which ``stack`` instantiates.
    """

    code: str
    stack: str
    file: str
    path: Path
    message: str
    fix: str = ""

    @property
    def logical_id(self) -> str:
        """The resource, parameter, output, ... of which the problem was found; empty for the template itself."""
        return str(self.path[1]) if len(self.path) > 1 else ""


CODES = {
    "malformed": "a section, a resource or a function has another shape than CloudFormation takes",
    "unresolved-reference": "Ref, Fn::GetAtt, Fn::Sub or DependsOn names nothing that the template has",
    "inactive-reference": "something refers to a resource whose condition is false",
    "undefined-condition": "a condition is used that the template does not define",
    "undefined-mapping": "Fn::FindInMap asks for a mapping or a key that does not exist",
    "missing-output": "Fn::GetAtt asks for an output that the child stack does not have",
    "missing-child": "TemplateURL names a file that is not in the tree",
    "external-child": "TemplateURL names a template outside the tree, or one that cannot be known: it is not judged",
    "missing-parameter": "a parameter without a default gets no value",
    "extra-parameter": "a value is given for a parameter that the template does not declare",
    "parameter-type": "a value does not fit the type of its parameter",
    "parameter-constraint": "a value breaks AllowedValues, AllowedPattern, a length or a range of its parameter",
    "missing-export": "Fn::ImportValue asks for an export that no stack of the tree provides",
    "duplicate-export": "two outputs of the tree export the same name",
    "invalid-function": "a function gets arguments that it refuses",
    "cycle": "values, conditions or resources depend on each other in a circle",
    "failed-assertion": "an assertion of the template's Rules section does not hold",
}
"""The codes of problems and what each means."""
