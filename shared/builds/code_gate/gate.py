"""The static gate: whether a generated `logic.py` may go into an image. Pure; it reads the text and never runs it."""

from shared.builds.code_gate.literals import literal_findings
from shared.builds.code_gate.names import name_findings
from shared.builds.code_gate.shape import shape_findings
from shared.builds.code_gate.source import SourceRefused, parsed, text_findings
from shared.builds.code_gate.tool_use import tool_findings
from shared.specs.spec import AgentSpec

MOST_FINDINGS = 30


def code_findings(source: str, spec: AgentSpec) -> list[str]:
    """What is wrong, in reading order, as sentences that the next attempt gets as feedback; empty when the code may
    pass.
    """
    try:
        code = parsed(source)
    except SourceRefused as refusal:
        return refusal.findings[:MOST_FINDINGS]
    found = {
        *text_findings(source),
        *shape_findings(code),
        *name_findings(code),
        *tool_findings(code, spec),
        *literal_findings(code, spec),
    }
    return [f"line {line}: {text}" for line, text in sorted(found)][:MOST_FINDINGS]
