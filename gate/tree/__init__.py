"""The whole tree of nested templates with real values: what every check, plan, diagram and timeline reads.

tree = load_tree("build/root.json", parameters={"Environment": "dev"}, context=Context(region="eu-west-1"))
for subnet in tree.resources("AWS::EC2::Subnet"):
    vpc = tree.target(subnet.get("VpcId"), "AWS::EC2::VPC")
    cidr = as_text(tree.literal(subnet.get("CidrBlock")))
"""

from gate.tree.constraints import identified
from gate.tree.identity import Arn, arn
from gate.tree.load import Template
from gate.tree.origin import Place, origin
from gate.tree.parameters import ParameterFile, read_parameters
from gate.tree.problems import CODES, Problem, TreeError
from gate.tree.resource import Resource
from gate.tree.stack import STACK_TYPE, Stack
from gate.tree.tree import Context, Tree, Use, load_tree
from gate.tree.values import (
    Dynamic,
    Path,
    Pseudo,
    Raw,
    Reference,
    Text,
    Unknown,
    Value,
    as_bool,
    as_int,
    as_list,
    as_number,
    as_text,
    atoms,
    dig,
    items,
    known,
    references,
    show,
    text,
    unknown,
    walk,
)

__all__ = [
    "CODES",
    "STACK_TYPE",
    "Arn",
    "Context",
    "Dynamic",
    "ParameterFile",
    "Path",
    "Place",
    "Problem",
    "Pseudo",
    "Raw",
    "Reference",
    "Resource",
    "Stack",
    "Template",
    "Text",
    "Tree",
    "TreeError",
    "Unknown",
    "Use",
    "Value",
    "arn",
    "as_bool",
    "as_int",
    "as_list",
    "as_number",
    "as_text",
    "atoms",
    "dig",
    "identified",
    "items",
    "known",
    "load_tree",
    "origin",
    "read_parameters",
    "references",
    "show",
    "text",
    "unknown",
    "walk",
]
