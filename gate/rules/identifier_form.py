"""Names where ARNs are wanted, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from gate.identifiers import ARN, Wanted, given, handed_over
from gate.rule import Hit, rule
from gate.tree import Reference, Tree

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: "sts:AssumeRole"}}]
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: {role}
      ContainerDefinitions: [{{Name: web, Image: web}}]
"""


@rule(
    id="E9302",
    title="An identifier has the form that is wanted: an ARN, an id or a name",
    reason=(
        "Ref gives the name of one type, the id of another and the ARN of a third. A service that wants the ARN "
        "refuses a name, and the other way round."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html",
    good=_TEMPLATE.format(role="!GetAtt Role.Arn"),
    bad=_TEMPLATE.format(role="!Ref Role"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the form of each reference with the forms that its property takes."""
    for resource in tree.resources():
        for path, value, wanted in handed_over(resource):
            if not isinstance(value, Reference) or not wanted.forms:
                continue
            found = given(value)
            if found and found.form and not _fits(found.form, wanted):
                forms = " or ".join(sorted(wanted.forms))
                name = "Ref" if value.attribute == "Ref" else f"the attribute {value.attribute}"
                message = f"{name} of {value.id} ({value.type}) is its {found.form}; its {forms} is wanted"
                fix = f"Use Fn::GetAtt with the attribute that is the {ARN}." if ARN in wanted.forms else "Use Ref."
                yield Hit(resource, ("Properties", *path), message, fix)


def _fits(form: str, wanted: Wanted) -> bool:
    """Tell whether a form is taken; between id and name only an ARN makes a difference."""
    return form in wanted.forms or (form != ARN and wanted.forms != {ARN})
