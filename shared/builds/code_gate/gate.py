"""The static gate: whether a generated `logic.py` may go into an image. Pure; it reads the text and never runs it.

It keeps agents to a subset of Python that is small enough to reason about (docs/decisions/0034):

| module | what it decides |
| --- | --- |
| source | size, characters, depth: whether there is a module to review at all |
| shape | kinds of syntax, the top of the module, defaults, the signature of `run` |
| imports, names | every name means something of the module's own, of the vocabulary, or an allowed built-in |
| attributes | what may follow a dot; assignments go to fields of the module's own instances |
| annotations, classes, class_use | plain classes, dataclasses, enumerations, exceptions; a class is no value |
| constants, borrowed | what stands at the top of the module is never changed, under no name |
| tool_use, instructions | `tools` keeps its name; effects are declared; a model's instructions are literal |
| literals, sizes | texts are nobody else's message; no value is absurdly large |
"""

from shared.builds.code_gate.annotations import type_findings
from shared.builds.code_gate.attributes import attribute_findings
from shared.builds.code_gate.class_use import class_use_findings
from shared.builds.code_gate.classes import class_findings
from shared.builds.code_gate.constants import constant_findings
from shared.builds.code_gate.imports import import_findings
from shared.builds.code_gate.literals import literal_findings
from shared.builds.code_gate.names import name_findings
from shared.builds.code_gate.program import Program
from shared.builds.code_gate.shape import shape_findings
from shared.builds.code_gate.sizes import size_findings
from shared.builds.code_gate.source import CodeRefused, parsed, text_findings
from shared.builds.code_gate.tool_use import tool_findings
from shared.specs.spec import AgentSpec

MOST_FINDINGS = 30


def code_findings(source: str, spec: AgentSpec) -> list[str]:
    """What is wrong, in reading order, as sentences that the next attempt gets as feedback; empty when the code may
    pass.
    """
    try:
        program = Program.of(parsed(source))
    except CodeRefused as refusal:
        return refusal.findings[:MOST_FINDINGS]
    found = {
        *text_findings(source),
        *shape_findings(program),
        *import_findings(program),
        *name_findings(program),
        *attribute_findings(program),
        *type_findings(program),
        *class_findings(program),
        *class_use_findings(program),
        *constant_findings(program),
        *tool_findings(program, spec),
        *literal_findings(program.code, spec),
        *size_findings(program),
    }
    return [f"line {line}: {text}" for line, text in sorted(found)][:MOST_FINDINGS]
