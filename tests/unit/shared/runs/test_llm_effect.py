import pytest

from shared.runs.allowance import LlmArgs
from shared.runs.llm_effect import LlmAnswer, LlmAnswerInvalid, make_llm_value, read_llm_request

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


def args(schema: object = None) -> LlmArgs:
    return LlmArgs.model_validate({"instruction": "count", "data": {"a": 1}, "schema": schema})


def test_everything_of_the_agent_travels_as_data() -> None:
    assert read_llm_request(args()) == {"instruction": "count", "data": {"a": 1}, "schema": None}
    assert isinstance(read_llm_request(args(SCHEMA))["schema"], str)


def test_text_is_given_as_it_is_and_an_object_is_read() -> None:
    assert make_llm_value(args(), LlmAnswer(text="hello")) == "hello"
    assert make_llm_value(args(SCHEMA), LlmAnswer(text='{"n": 3}')) == {"n": 3}


@pytest.mark.parametrize("text", ["no json", "[1]", '{"n": "x"}', '{"n": 1, "more": 2}', "[" * 100_000])
def test_an_answer_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(LlmAnswerInvalid):
        make_llm_value(args(SCHEMA), LlmAnswer(text=text))


def test_an_agents_own_invalid_schema_is_refused() -> None:
    with pytest.raises(LlmAnswerInvalid):
        make_llm_value(args({"type": 7}), LlmAnswer(text="{}"))
