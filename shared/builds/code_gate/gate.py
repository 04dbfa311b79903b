"""The static gate: whether a generated `logic.py` may go into an image. Pure; it reads the text and never runs it.

It keeps agents to a subset of Python that is small enough to reason about (docs/decisions/0034):

| module | what it decides |
| --- | --- |
| source | size, characters, depth: whether there is a module to review at all |
| shape | kinds of syntax, the top of the module, defaults, the signature of `run` |
| imports, names | every name means something of the module's own, of the vocabulary, or an allowed built-in |
| attributes | which attributes may be read; only fields of the module's own instances may be assigned |
| annotations, classes, class_use | plain classes, dataclasses, enumerations, exceptions; a class is not a value |
| constants, borrowed | values at the top of the module are never changed, under any name |
| tool_use, instructions | `tools` keeps its name; effects are declared; a model's instructions are literal |
| literals, sizes | texts do not carry somebody else's message; no value is absurdly large |
"""

from shared.builds.code_gate.annotations import check_annotations
from shared.builds.code_gate.attributes import attribute_findings
from shared.builds.code_gate.class_use import check_class_use
from shared.builds.code_gate.classes import check_classes
from shared.builds.code_gate.constants import check_constants
from shared.builds.code_gate.imports import check_imports
from shared.builds.code_gate.literals import check_literals
from shared.builds.code_gate.names import check_names
from shared.builds.code_gate.program import Program
from shared.builds.code_gate.shape import check_shape
from shared.builds.code_gate.sizes import check_sizes
from shared.builds.code_gate.source import CodeRefused, check_source_text, parse_source
from shared.builds.code_gate.tool_use import check_tool_use
from shared.specs.spec import AgentSpec

MOST_FINDINGS = 30


def check_code(source: str, spec: AgentSpec) -> list[str]:
    """The faults in reading order, as sentences that are fed back to the next attempt. Empty if the code may pass."""
    try:
        program = Program.of(parse_source(source))
    except CodeRefused as refusal:
        return refusal.findings[:MOST_FINDINGS]
    found = {
        *check_source_text(source),
        *check_shape(program),
        *check_imports(program),
        *check_names(program),
        *attribute_findings(program),
        *check_annotations(program),
        *check_classes(program),
        *check_class_use(program),
        *check_constants(program),
        *check_tool_use(program, spec),
        *check_literals(program.code, spec),
        *check_sizes(program),
    }
    return [f"line {line}: {text}" for line, text in sorted(found)][:MOST_FINDINGS]
