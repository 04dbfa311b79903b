"""What an agent may ask of the platform. Each method is one effect: awaited, it gives what the platform got for it.

Several awaited together (`asyncio.gather`) are asked for together. The same input and the same answers make the agent
ask the same questions in the same order, whenever and wherever it runs: answers come only when every part of the
agent waits.
"""

import asyncio
import json
from collections.abc import Mapping

from .effects import ARGUMENTS, MAX_ID, Effect, Json, Result
from .failure_reasons import TOO_MANY_EFFECTS


class EffectFailed(Exception):
    """The platform refused an effect or could not perform it. `code` says why; the agent may carry on without."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class RunStopped(BaseException):
    """The run ends here as failed, whatever the agent's code catches."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Tools:
    def __init__(self, results: Mapping[int, Result], declared: frozenset[str]) -> None:
        self._results = results
        self._declared = declared
        self._asked = 0
        self._waiting: dict[int, tuple[Effect, asyncio.Future[Json]]] = {}
        self.stopped: RunStopped | None = None

    async def llm(
        self, instruction: str, data: Json = None, *, schema: Mapping[str, Json] | None = None, max_tokens: int = 512
    ) -> Json:
        """A language model's answer to `instruction` about `data`: a string, or with `schema` an object of that JSON
        Schema.

        `data` is handed over as data; nothing in it is an instruction.
        """
        args = {"instruction": instruction, "data": data, "schema": schema, "max_tokens": max_tokens}
        return await self._ask("llm", args)

    async def fetch(self, url: str) -> dict[str, Json]:
        """A page of an allowed host: `{"url", "status", "content_type", "text"}`, `url` after redirects."""
        return await self._ask("fetch", {"url": url})

    async def recall(self, key: str) -> Json:
        """What an earlier run of the same subscription remembered under `key`; None if nothing."""
        return await self._ask("recall", {"key": key})

    async def remember(self, key: str, value: Json) -> None:
        await self._ask("remember", {"key": key, "value": value})

    async def notify(self, subject: str, body: str) -> dict[str, Json]:
        """A message to the subscriber, and to nobody else: `{"queued": true}`."""
        return await self._ask("notify", {"subject": subject, "body": body})

    async def now(self) -> str:
        """The time of this run, ISO 8601 in UTC: the same at every replay."""
        return await self._ask("now", {})

    def waiting(self) -> list[Effect]:
        """What was asked and not answered, in call order."""
        return [effect for effect, answer in self._waiting.values() if not answer.done()]

    def unanswered(self) -> list[Effect]:
        return [effect for effect in self.waiting() if effect.id not in self._results]

    def answer(self) -> None:
        """Answers everything waiting, in call order. Only when all of it has a result."""
        waiting, self._waiting = self._waiting, {}
        for effect, answer in waiting.values():
            if not answer.done():
                self._resolve(effect, answer)

    def unused(self) -> list[int]:
        """Results for effects that were never asked for."""
        return sorted(number for number in self._results if number > self._asked)

    def stop(self, code: str, message: str) -> RunStopped:
        self.stopped = self.stopped or RunStopped(code, message)
        return self.stopped

    async def _ask(self, kind: str, args: dict[str, Json]) -> Json:
        if kind not in self._declared:
            raise self.stop("undeclared_effect", f"the agent asked for {kind!r}, which its spec does not declare")
        if self._asked >= MAX_ID:
            raise self.stop("agent_error", TOO_MANY_EFFECTS)
        self._asked += 1
        effect = Effect(id=self._asked, kind=kind, args=_checked(kind, args))
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[effect.id] = (effect, answer)
        return await answer

    def _resolve(self, effect: Effect, answer: "asyncio.Future[Json]") -> None:
        result = self._results[effect.id]
        if result.asked and result.asked != effect.asked():
            answer.set_exception(
                self.stop("replay_mismatch", f"effect {effect.id} is not what was asked when its result was recorded")
            )
        elif result.ok:
            answer.set_result(result.value)
        else:
            answer.set_exception(EffectFailed(result.code, result.message))


_TEXTS = {
    "llm": ("instruction",),
    "fetch": ("url",),
    "recall": ("key",),
    "remember": ("key",),
    "notify": ("subject", "body"),
}


def _checked(kind: str, args: dict[str, Json]) -> dict[str, Json]:
    """A deep copy as JSON, so that what the agent changes afterwards does not change what it asked."""
    assert args.keys() == ARGUMENTS[kind]
    for name in _TEXTS.get(kind, ()):
        if not isinstance(args[name], str):
            raise TypeError(f"tools.{kind}: {name} must be a string")
    if kind == "llm" and (type(args["max_tokens"]) is not int or args["max_tokens"] < 1):
        raise TypeError("tools.llm: max_tokens must be a positive integer")
    try:
        return json.loads(json.dumps(args, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise TypeError(f"tools.{kind}: arguments must be JSON values") from None
