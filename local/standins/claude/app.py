"""The offline model: a rule-based program behind the real Messages API, as the anthropic SDK speaks it.

The task is the first line of the system prompt (`# <task>`), the material is the JSON between `<data>` and `</data>`
in the user
message, and the answer fits the JSON Schema of `output_config.format`. It names itself in the response's `model`,
whatever was asked.
"""

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import jsonschema
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from jsonschema.validators import validator_for
from starlette.concurrency import run_in_threadpool

from local.standins.claude import malicious
from local.standins.claude.errors import ApiError
from local.standins.claude.journal import Journal
from local.standins.claude.messages import Question, read_question
from local.standins.claude.mode import NORMAL, ClaudeMode, ModeName
from local.standins.claude.tasks import answer_task
from local.standins.mode_switch import METHODS, PATH, ModeSwitch

MODEL = "mam-offline-rules-1"
CHARACTERS_PER_TOKEN = 4


def create_app(state_dir: Path) -> FastAPI:
    """The stand-in with its mode switch; `state_dir` keeps a journal of the calls, for whoever wonders what was
    asked.
    """
    app = FastAPI(title="Claude stand-in", openapi_url=None)
    modes = ModeSwitch(NORMAL)
    app.add_route(PATH, modes.endpoint, methods=METHODS)
    journal = Journal(Path(state_dir) / "claude-calls.jsonl")

    @app.exception_handler(ApiError)
    async def _api_error(_request: Request, error: ApiError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return _error_response(error)

    @app.exception_handler(404)
    async def _not_found(request: Request, _error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return _error_response(
            ApiError(404, "not_found_error", f"{request.method} {request.url.path} is not served here")
        )

    @app.post("/v1/messages")
    async def _messages(request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        question = read_question(request.headers, await request.body())
        mode = modes.for_answer(lambda mode: mode.concerns(question.task))
        try:
            message = await _reply(question, mode)
        except ApiError as error:
            journal.add(question.task, mode.mode, status=error.status)
            raise
        journal.add(question.task, mode.mode, status=200, usage=message["usage"])
        return JSONResponse(message, headers={"request-id": _new_id("req")})

    @app.get("/_standin/calls")
    async def _calls() -> Any:  # pyright: ignore[reportUnusedFunction]
        return journal.counts()

    return app


async def _reply(question: Question, mode: ClaudeMode) -> dict[str, Any]:
    if mode.mode is ModeName.OVERLOADED:
        raise ApiError(529, "overloaded_error", "Overloaded")
    if mode.mode is ModeName.REFUSE:
        return _message(question, "", stop_reason="refusal")
    if mode.mode is ModeName.SLOW:
        await asyncio.sleep(mode.seconds)
    answer = await run_in_threadpool(_answer, question, mode)
    text = json.dumps(answer, ensure_ascii=False)
    if mode.mode is ModeName.INVALID_JSON:
        text = text[: max(1, len(text) * 2 // 3)]
    return _message(question, text, stop_reason="end_turn")


def _answer(question: Question, mode: ClaudeMode) -> dict[str, Any]:
    """The rules' answer, checked against the requested schema: a mismatch is a bug of the rules and says so."""
    try:
        answer = answer_task(question.task, question.data, question.schema)
        if mode.mode is ModeName.MALICIOUS:
            form = validator_for(question.schema)(question.schema)
            answer = malicious.answer(question.task, question.data, answer, mode.kind, fits=form.is_valid)
    except ApiError:
        raise
    except Exception as error:
        message = f"the offline rules for {question.task!r} failed: {type(error).__name__}: {str(error)[:300]}"
        raise ApiError(500, "api_error", message) from error
    try:
        jsonschema.validate(answer, question.schema)
    except jsonschema.ValidationError as error:
        where = error.json_path
        message = (
            f"the offline rules for {question.task!r} broke the requested schema at {where}: {error.message[:300]}"
        )
        raise ApiError(500, "api_error", message) from error
    return answer


def _message(question: Question, text: str, *, stop_reason: str) -> dict[str, Any]:
    tokens = -(-len(text) // CHARACTERS_PER_TOKEN) or 1
    if stop_reason == "end_turn" and tokens > question.max_tokens:
        text, tokens, stop_reason = (
            text[: question.max_tokens * CHARACTERS_PER_TOKEN],
            question.max_tokens,
            "max_tokens",
        )
    details = {"type": "refusal", "category": None, "explanation": "The stand-in was told to refuse."}
    return {
        "id": _new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": details if stop_reason == "refusal" else None,
        "usage": {
            "input_tokens": -(-question.characters // CHARACTERS_PER_TOKEN),
            "output_tokens": tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "service_tier": "standard",
        },
    }


def _error_response(error: ApiError) -> JSONResponse:
    request_id = _new_id("req")
    body = {"type": "error", "error": {"type": error.type, "message": error.message}, "request_id": request_id}
    return JSONResponse(body, status_code=error.status, headers={"request-id": request_id})


def _new_id(prefix: str) -> str:
    return f"{prefix}_mam{uuid.uuid4().hex[:20]}"
