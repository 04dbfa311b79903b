"""The `llm` effect: the input of the prompt `agent_llm` and the required form of its answer.

The agent's instruction, data and schema are untrusted, so all three are sent as data. The system prompt is the
platform's own. Structured output needs a closed schema, so the model returns an object as JSON in a string, which is
checked here.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import BaseModel, ConfigDict
from referencing import Registry
from referencing.exceptions import Unresolvable

from shared.runs.allowance import LlmArgs
from shared.values import Json

PROMPT = "agent_llm"
_NO_REMOTE_SCHEMAS: Registry[Any] = Registry()
"""An empty registry, without which the validator would fetch every URL that a `$ref` of the agent names."""


class LlmAnswer(BaseModel):
    """`text`: JSON of an object that fits the schema when one was given, otherwise the plain answer."""

    model_config = ConfigDict(extra="forbid")

    text: str


class LlmAnswerInvalid(Exception):
    """The model's text is not an object that fits the agent's schema."""


def read_llm_request(args: LlmArgs) -> dict[str, Json]:
    """The prompt's data: `{"instruction", "data", "schema"}`, with the schema as JSON text or null."""
    schema = None if args.answer_schema is None else json.dumps(args.answer_schema, ensure_ascii=False, sort_keys=True)
    return {"instruction": args.instruction, "data": args.data, "schema": schema}


def make_llm_value(args: LlmArgs, answer: LlmAnswer) -> Json:
    """What the agent gets: the text, or the object it asked for. Raises LlmAnswerInvalid."""
    if args.answer_schema is None:
        return answer.text
    try:
        value: Json = json.loads(answer.text)
    except (ValueError, RecursionError) as error:
        raise LlmAnswerInvalid("the model did not answer with JSON") from error
    if not isinstance(value, dict):
        raise LlmAnswerInvalid("the model did not answer with an object")
    found = cast("dict[str, Json]", value)
    _check(found, args.answer_schema)
    return found


def _check(value: Mapping[str, Json], schema: Mapping[str, Json]) -> None:
    try:
        Draft202012Validator.check_schema(schema)
        wrong = next(iter(Draft202012Validator(schema, registry=_NO_REMOTE_SCHEMAS).iter_errors(value)), None)  # pyright: ignore
    except (SchemaError, Unresolvable, RecursionError) as error:
        raise LlmAnswerInvalid("the agent's own schema is not valid") from error
    if wrong is not None:
        where = "/".join(str(part) for part in wrong.absolute_path) or "the object"
        raise LlmAnswerInvalid(f"{where} does not fit the agent's schema")
