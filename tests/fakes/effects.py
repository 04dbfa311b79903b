"""A model and a web for runs under test."""

from collections.abc import Callable, Mapping, Sequence

from shared.runs.allowance import LlmArgs
from shared.runs.effect_journal import PermittedEffects
from shared.runs.fetch_guard import FetchRefused
from shared.runs.performed_effects import FetchedPage, FetchFailed, ModelFailed
from shared.specs.effects import Effect, EffectResult
from shared.values import Json


class FakeAgentModel:
    def __init__(self, value: Json | ModelFailed = "an answer") -> None:
        self.value = value
        self.asked: list[LlmArgs] = []

    def answer(self, args: LlmArgs) -> tuple[Json, str]:
        self.asked.append(args)
        if isinstance(self.value, ModelFailed):
            raise self.value
        return self.value, "fake-model"


class FakePages:
    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages = pages
        self.fetched: list[tuple[str, int]] = []

    def fetch(self, url: str, *, may_visit: Callable[[str], bool], max_bytes: int, seconds: float) -> FetchedPage:
        self.fetched.append((url, max_bytes))
        if not may_visit(url):
            raise FetchRefused(url)
        text = self.pages.get(url)
        if text is None or len(text) > max_bytes:
            raise FetchFailed(f"{url} cannot be had")
        return FetchedPage(url, 200, "text/html", text, len(text.encode()))


class WatchedEffects:
    """Writes down what really happened outside, which no record of a run can tell after a crash."""

    def __init__(self, effects: PermittedEffects, carried_out: list[Effect]) -> None:
        self._effects, self._carried_out = effects, carried_out

    @property
    def models(self) -> Sequence[str]:
        return self._effects.models

    def refuse(self, effect: Effect) -> EffectResult | None:
        return self._effects.refuse(effect)

    def carry_out(self, effect: Effect) -> EffectResult:
        self._carried_out.append(effect)
        return self._effects.carry_out(effect)
