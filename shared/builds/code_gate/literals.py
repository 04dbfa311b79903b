"""Text literals: an agent may show them to customers and models, so they must not carry somebody else's message."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding
from shared.builds.code_gate.source import Module
from shared.specs.spec import AgentSpec
from shared.untrusted_text.codes import has_code
from shared.untrusted_text.markup import find_linked_hosts, has_active_markup, has_encoded_data
from shared.untrusted_text.orders import gives_orders

LONGEST = 2_000


def check_literals(code: Module, spec: AgentSpec) -> Iterator[Finding]:
    for node in code.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            yield from ((node.lineno, said) for said in _check_text(text, spec))


def _check_text(text: str, spec: AgentSpec) -> Iterator[str]:
    foreign = [host for host in find_linked_hosts(text) if host not in spec.capabilities.hosts]
    if foreign:
        yield f"holds the address {foreign[0][:80]!r}; addresses come from the input or from the spec's hosts"
    if has_active_markup(text):
        yield "holds markup or a script; agents answer in plain values"
    if has_code(text) or has_encoded_data(text):
        yield "holds a code or encoded data; write plain words"
    if gives_orders(text):
        yield "holds a text that reads like an order to a model"
    if len(text) > LONGEST:
        yield f"holds a text of {len(text)} characters; at most {LONGEST}"
