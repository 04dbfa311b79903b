"""Every kind of agent on the longest input that its schema allows: it can be sent, and gets an output that fits."""

import json
from typing import Any

import pytest

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS
from shared.opportunities.brief import write_brief
from shared.runs.run_input import check_input
from shared.runtime.envelope import MAX_BODY_BYTES
from shared.specs.acceptance import find_schema_violations
from shared.specs.effects import Effect, EffectError, EffectRefused, EffectResult, EffectSucceeded, Succeeded
from tests.fakes.generated_agent import agent_of, last_reply
from tests.fakes.longest_inputs import longest
from tests.fakes.opportunity_cards import opportunity_cards

MAX_OUTPUT_BYTES = 1_000_000
FILLERS = ["name, 12.50, 2026-11-23, note\n", "a", "\U0001f680", "Why? (See [here], $5 a month.) "]
PAGE = {"url": "http://shop.test/", "status": 200, "content_type": "text/html", "text": "<h1>Prices</h1> " * 2_000}
VALUES: dict[str, Any] = {"fetch": PAGE, "now": "2026-11-23T07:00:00Z", "notify": {"queued": True}}


@pytest.mark.parametrize("filler", FILLERS, ids=["rows", "one word", "emoji", "sentences"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_longest_input_can_be_sent_and_is_answered(kind: Kind, filler: str) -> None:
    brief = Brief(write_brief(opportunity_cards()[KINDS.index(kind)]))
    spec, agent = agent_of(kind, brief)
    run_input = longest(spec.input_schema, filler)
    check_input(run_input, spec.input_schema)
    assert len(json.dumps({"input": run_input}, ensure_ascii=False).encode()) <= MAX_BODY_BYTES
    reply = last_reply(agent, run_input, performed)
    assert isinstance(reply, Succeeded), reply
    assert find_schema_violations(spec.output_schema, reply.output) == []
    assert len(json.dumps(reply.output).encode()) <= MAX_OUTPUT_BYTES


def performed(effect: Effect) -> EffectResult:
    if effect.kind.value == "llm":
        return EffectRefused(id=effect.id, error=EffectError(code="refused", message="not now"))
    return EffectSucceeded(id=effect.id, value=VALUES.get(effect.kind.value))
