from typing import Any

import pytest
from pydantic import BaseModel

from shared.adapters.agent_model import ClaudeForAgents
from shared.adapters.claude import ModelAnswerInvalid, ModelOverloaded, ModelRefused, ModelUnavailable
from shared.runs.allowance import LlmArgs
from shared.runs.llm_effect import LlmAnswer
from shared.runs.performed_effects import ModelFailed
from tests.fakes.agents import FakeModelSpend
from tests.fakes.claude import FakeClaude

ARGS = LlmArgs.model_validate({"instruction": "sum up", "data": {"text": "x"}})


def agent_model(
    answer: BaseModel | Exception, spend: FakeModelSpend | None = None
) -> tuple[ClaudeForAgents, FakeClaude]:
    purse = spend or FakeModelSpend()
    claude = FakeClaude(lambda prompt, data, kind: answer, billed=lambda use: purse.add(use.cost_microusd))
    return ClaudeForAgents(claude, "fast", purse), claude


def test_an_answer_comes_with_the_name_of_its_model_and_is_paid_for() -> None:
    spend = FakeModelSpend()
    model, claude = agent_model(LlmAnswer(text="done"), spend)
    assert model.answer(ARGS) == ("done", "fake-model")
    assert claude.asked == ["agent_llm"]
    assert spend.spent == 35


@pytest.mark.parametrize(
    ("error", "code", "cost"),
    [
        (ModelRefused("no"), "model_refused", 35),
        (ModelAnswerInvalid("cut off"), "model_answer_invalid", 35),
        (ModelOverloaded("529"), "model_unavailable", 0),
        (ModelUnavailable("500"), "model_unavailable", 0),
    ],
)
def test_what_goes_wrong_is_told_without_its_inside_and_charged_if_it_was_billed(
    error: Exception, code: str, cost: int
) -> None:
    spend = FakeModelSpend()
    model, _ = agent_model(error, spend)
    with pytest.raises(ModelFailed) as failed:
        model.answer(ARGS)
    assert (failed.value.code, spend.spent) == (code, cost)
    assert str(error) not in str(failed.value)


def test_an_answer_of_the_wrong_shape_is_still_paid_for() -> None:
    spend = FakeModelSpend()
    model, _ = agent_model(LlmAnswer(text="no json"), spend)
    args: Any = LlmArgs.model_validate({"instruction": "x", "schema": {"type": "object"}})
    with pytest.raises(ModelFailed, match="of no use"):
        model.answer(args)
    assert spend.spent == 35


def test_nothing_is_asked_when_the_purse_is_empty() -> None:
    model, claude = agent_model(LlmAnswer(text="done"), FakeModelSpend(cap_microusd=0))
    with pytest.raises(ModelFailed, match="spent"):
        model.answer(ARGS)
    assert not claude.asked
