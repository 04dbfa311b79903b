"""Every kind of agent on the longest input that its schema allows: it can be sent, and gets an output that fits."""

import json
from typing import Any

import pytest

from functions.factory.generate_code.frame import rendered_frame
from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.draft import SpecDraft
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS
from shared.agents.acceptance import schema_violations
from shared.opportunities.brief import opportunity_brief
from shared.runs.effects import EffectError, EffectRefused, EffectSucceeded, Succeeded, Suspended
from shared.runs.run_input import check_input
from shared.runtime.envelope import MAX_BODY_BYTES
from tests.fakes.agent_tasks import InProcessAgent
from tests.fakes.generated_agent import loaded
from tests.fakes.longest_inputs import longest
from tests.fakes.opportunity_cards import opportunity_cards

MAX_OUTPUT_BYTES = 1_000_000
FILLERS = ["name, 12.50, 2026-11-23, note\n", "a", "\U0001f680", "Why? (See [here], $5 a month.) "]
PAGE = {"url": "http://shop.test/", "status": 200, "content_type": "text/html", "text": "<h1>Prices</h1> " * 2_000}
VALUES: dict[str, Any] = {"fetch": PAGE, "now": "2026-11-23T07:00:00Z", "notify": {"queued": True}}


@pytest.mark.parametrize("filler", FILLERS, ids=["rows", "one word", "emoji", "sentences"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_longest_input_can_be_sent_and_is_answered(kind: Kind, filler: str) -> None:
    brief = Brief(opportunity_brief(opportunity_cards()[KINDS.index(kind)]))
    spec = assemble(SpecDraft.model_validate(kind.shape(brief).draft(kind.template, brief.topic(), "")))
    agent = InProcessAgent(spec, loaded(rendered_frame(spec), kind.logic(brief)))
    run_input = longest(spec.input_schema, filler)
    check_input(run_input, spec.input_schema)
    assert len(json.dumps({"input": run_input}, ensure_ascii=False).encode()) <= MAX_BODY_BYTES
    results: list[Any] = []
    while isinstance(reply := agent.call("run", run_input, results), Suspended):
        assert len(results) < 40
        for effect in reply.effects:
            if effect.kind.value == "llm":
                results.append(EffectRefused(id=effect.id, error=EffectError(code="refused", message="not now")))
            else:
                results.append(EffectSucceeded(id=effect.id, value=VALUES.get(effect.kind.value)))
    assert isinstance(reply, Succeeded), reply
    assert schema_violations(spec.output_schema, reply.output) == []
    assert len(json.dumps(reply.output).encode()) <= MAX_OUTPUT_BYTES
