"""Reading a request of the Messages API as strictly as the API does: headers, known parameters, a closed output
schema.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.standins.claude.errors import ApiError, invalid_request
from shared.values import Json

PARAMETERS = frozenset(
    """
    cache_control container diagnostics inference_geo max_tokens messages metadata model output_config service_tier
    speed stop_sequences stream system thinking tool_choice tools user_profile_id workspace_id
    """.split()  # noqa: SIM905 - a list of words reads better than a list of quotes
)
UNSUPPORTED_KEYWORDS = {
    "integer": {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"},
    "number": {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"},
    "string": {"minLength", "maxLength"},
    "array": {"maxItems", "uniqueItems"},
}
TASK_LINE = re.compile(r"^# ([a-z][a-z0-9_]*)\s*$")
DATA = re.compile(r"<data>\n?(.*?)\n?</data>", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """`characters`: length of everything that was sent, from which the input tokens are counted."""

    task: str
    data: dict[str, Json]
    schema: dict[str, Json]
    max_tokens: int
    characters: int


def read_question(headers: Mapping[str, str], body: bytes) -> Question:
    """Raises ApiError exactly where the real API would answer 400 or 401, and 400 for what only this stand-in cannot
    do.
    """
    if not (headers.get("x-api-key") or headers.get("authorization")):
        raise ApiError(401, "authentication_error", "x-api-key header is required")
    if not headers.get("anthropic-version"):
        raise invalid_request("anthropic-version: header is required")
    request = _json_object(body)
    for name in sorted(request.keys() - PARAMETERS):
        raise invalid_request(f"{name}: Extra inputs are not permitted")
    if not isinstance(request.get("model"), str) or not request["model"]:
        raise invalid_request("model: Field required")
    max_tokens = request.get("max_tokens")
    if not isinstance(max_tokens, int) or isinstance(max_tokens, bool) or max_tokens < 1:
        raise invalid_request("max_tokens: Input should be greater than or equal to 1")
    if request.get("stream"):
        raise invalid_request("stream: the offline model answers in one piece only")
    system = _text_of(request.get("system", ""), "system")
    user = _user_text(request.get("messages"))
    return Question(
        task=_task(system),
        data=_data(user),
        schema=_schema(request.get("output_config")),
        max_tokens=max_tokens,
        characters=len(system) + len(user),
    )


def _json_object(body: bytes) -> dict[str, Json]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise invalid_request("The request body is not valid JSON") from error
    if not isinstance(value, dict):
        raise invalid_request("Input should be a valid dictionary")
    return value


def _user_text(messages: Json) -> str:
    if not isinstance(messages, list) or not messages:
        raise invalid_request("messages: at least one message is required")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in {"user", "assistant"}:
            raise invalid_request(f"messages.{index}.role: Input should be 'user' or 'assistant'")
    if messages[-1]["role"] != "user":
        raise invalid_request("messages: the conversation must end with a user message")
    text = _text_of(messages[-1].get("content"), f"messages.{len(messages) - 1}.content")
    if not text.strip():
        raise invalid_request("messages: text content blocks must be non-empty")
    return text


def _text_of(content: Json, where: str) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(block, dict) and block.get("type") == "text" for block in content):
        return "".join(str(block.get("text", "")) for block in content)
    raise invalid_request(f"{where}: Input should be a string or a list of text blocks")


def _task(system: str) -> str:
    match = TASK_LINE.match(system.split("\n", 1)[0])
    if match is None:
        raise invalid_request("system: the offline model reads its task from the first line, '# <task>'")
    return match.group(1)


def _data(user: str) -> dict[str, Json]:
    match = DATA.search(user)
    try:
        value = json.loads(match.group(1)) if match else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise invalid_request("messages: the offline model reads one JSON object between <data> and </data>")
    return value


def _schema(output_config: Json) -> dict[str, Json]:
    form = output_config.get("format") if isinstance(output_config, dict) else None
    if not isinstance(form, dict) or form.get("type") != "json_schema" or not isinstance(form.get("schema"), dict):
        raise invalid_request("output_config.format: the offline model answers structured requests (json_schema) only")
    _check_schema(form["schema"], "output_config.format.schema")
    return form["schema"]


def _check_schema(schema: Json, where: str) -> None:
    """The limits of structured output: objects are closed, and numeric or length bounds are not taken."""
    if not isinstance(schema, dict):
        raise invalid_request(f"{where}: Input should be a valid dictionary")
    kind = schema.get("type")
    if kind == "object" and schema.get("additionalProperties") is not False:
        raise invalid_request(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
    for keyword in sorted(UNSUPPORTED_KEYWORDS.get(kind if isinstance(kind, str) else "", set()) & schema.keys()):
        raise invalid_request(f"{where}: For '{kind}' type, property '{keyword}' is not supported")
    for group in ("properties", "$defs"):
        for name, part in (schema.get(group) or {}).items():
            _check_schema(part, f"{where}.{group}.{name}")
    for index, part in enumerate(schema.get("anyOf") or []):
        _check_schema(part, f"{where}.anyOf.{index}")
    if "items" in schema:
        _check_schema(schema["items"], f"{where}.items")
