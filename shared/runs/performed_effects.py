"""Effects performed for real, within the allowance of the run's spec: the model, the web, the clock.

Memory and notifications go to a store that is discarded with the run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from shared.runs.allowance import Allowance, FetchArgs, LlmArgs, list_allowed_hosts
from shared.runs.fetch_guard import FetchRefused, may_redirect
from shared.runs.loop import Recorded, refuse_effect
from shared.runs.memory import read_memory
from shared.specs.effects import Effect, EffectKind, EffectResult, EffectSucceeded
from shared.specs.spec import Capabilities
from shared.values import Json

FETCH_SECONDS = 12.0


@dataclass(frozen=True)
class FetchedPage:
    """`size` is the bytes of the decompressed body, which count against the run's budget."""

    url: str
    status: int
    content_type: str
    text: str
    size: int


class FetchFailed(Exception):
    """The page could not be fetched: no connection, too slow, too large or not text. The agent may see the message."""


class WebPages(Protocol):
    def fetch(self, url: str, *, may_visit: Callable[[str], bool], max_bytes: int, seconds: float) -> FetchedPage:
        """`may_visit` is asked about every address, including redirects. Raises FetchRefused or FetchFailed."""
        ...


class ModelFailed(Exception):
    """The model refused, could not be reached, or gave an unusable answer. `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AgentModel(Protocol):
    def answer(self, args: LlmArgs) -> tuple[Json, str]:
        """The value for the agent, and the name of the model that answered. Raises ModelFailed."""
        ...


class PerformedEffects:
    """The effects of one run. Effects recorded before a crash count against the allowance and fill the memory; `models`
    are the models that answered before the crash.
    """

    def __init__(
        self,
        capabilities: Capabilities,
        run_input: dict[str, Json],
        *,
        model: AgentModel,
        pages: WebPages,
        recorded: Sequence[Recorded] = (),
        models: Sequence[str] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._allowance = Allowance(capabilities, run_input)
        self._hosts = list_allowed_hosts(capabilities, run_input)
        self._model, self._pages, self._now = model, pages, now
        self._memory = read_memory(recorded)
        self.models = list(models)
        for record in recorded:
            self._count_again(record)

    def refuse(self, effect: Effect) -> EffectResult | None:
        """The refusal of an effect that the spec does not allow. None if it may be performed, in which case it is
        counted.
        """
        refused = self._allowance.check(effect)
        return None if refused is None else refuse_effect(effect, refused.code, refused.message)

    def carry_out(self, effect: Effect) -> EffectResult:
        """Perform an effect that was not refused."""
        try:
            return EffectSucceeded(id=effect.id, value=self._find_value(effect))
        except FetchRefused as error:
            return refuse_effect(effect, "fetch_refused", str(error))
        except FetchFailed as error:
            return refuse_effect(effect, "fetch_failed", str(error))
        except ModelFailed as error:
            return refuse_effect(effect, error.code, str(error))

    def _find_value(self, effect: Effect) -> Json:
        match effect.kind:
            case EffectKind.LLM:
                value, model = self._model.answer(LlmArgs.model_validate(effect.args))
                self.models.append(model)
                return value
            case EffectKind.FETCH:
                return self._fetch(FetchArgs.model_validate(effect.args).url)
            case EffectKind.RECALL:
                return self._memory.get(effect.args["key"])
            case EffectKind.REMEMBER:
                self._memory[effect.args["key"]] = effect.args["value"]
                return None
            case EffectKind.NOTIFY:
                return {"queued": True}
            case EffectKind.NOW:
                return self._now().isoformat().replace("+00:00", "Z")

    def _fetch(self, url: str) -> Json:
        page = self._pages.fetch(
            url,
            may_visit=lambda address: may_redirect(address, self._hosts),
            max_bytes=self._allowance.fetch_bytes_left,
            seconds=FETCH_SECONDS,
        )
        self._allowance.count_fetched(page.size)
        return {"url": page.url, "status": page.status, "content_type": page.content_type, "text": page.text}

    def _count_again(self, record: Recorded) -> None:
        self._allowance.check(record.effect)
        if record.effect.kind is EffectKind.FETCH and isinstance(record.result, EffectSucceeded):
            self._allowance.count_fetched(len(str(record.result.value["text"]).encode()))
