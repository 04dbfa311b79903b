"""An agent keeps what its test used: no more effects, no more hosts, and of each budget three times the most."""

from typing import Any

from shared.builds.narrowing import TIMES, measure_use, narrow
from shared.builds.report import Used
from shared.runs.loop import Recorded
from shared.specs.effects import Effect, EffectError, EffectKind, EffectRefused, EffectSucceeded
from shared.specs.spec import AgentSpec, Budgets, Capabilities
from shared.values import Json
from tests.fakes.agent_specs import a_spec

WIDE = Budgets(llm_calls=8, llm_tokens=16_000, fetches=16, fetch_bytes=900_000, memory_keys=20, notifications=3)


def wide(**changes: Any) -> AgentSpec:
    hosts = ("one.org", "other.org")
    capabilities = Capabilities(effects=tuple(EffectKind), hosts=hosts, hosts_from_input=("page",), budgets=WIDE)
    return a_spec(capabilities=capabilities.model_copy(update=changes))


def done(id: int, kind: EffectKind, answer: Json = None, **args: Json) -> Recorded:
    return Recorded(effect=Effect(id=id, kind=kind, args=args), result=EffectSucceeded(id=id, value=answer))


def refused(id: int, kind: EffectKind, **args: Json) -> Recorded:
    no = EffectRefused(id=id, error=EffectError(code="over_budget", message="no"))
    return Recorded(effect=Effect(id=id, kind=kind, args=args), result=no)


def a_page(id: int, url: str, text: str = "text") -> Recorded:
    return done(id, EffectKind.FETCH, {"url": url, "text": text}, url=url)


def asked(id: int, tokens: int) -> Recorded:
    return done(id, EffectKind.LLM, "answer", instruction="Sum up.", max_tokens=tokens)


def test_effects_and_hosts_that_no_run_used_go() -> None:
    used = measure_use([a_page(1, "https://one.org/a"), done(2, EffectKind.NOW, "t")], Used())
    kept = narrow(wide(), used).capabilities
    assert kept.effects == tuple(kind for kind in EffectKind if kind in {EffectKind.FETCH, EffectKind.NOW})
    assert kept.hosts == ("one.org",)
    assert kept.hosts_from_input == ("page",)


def test_an_agent_that_fetched_nothing_fetches_from_no_input_either() -> None:
    kept = narrow(wide(), measure_use([done(1, EffectKind.NOW, "t")], Used())).capabilities
    assert (kept.hosts, kept.hosts_from_input) == ((), ())


def test_a_budget_ends_at_three_times_the_most_that_one_run_used() -> None:
    used = measure_use([asked(1, 300), asked(2, 200)], Used())
    used = measure_use([asked(1, 400)], used)
    budgets = narrow(wide(), used).capabilities.budgets
    assert (budgets.llm_calls, budgets.llm_tokens) == (TIMES * 2, TIMES * 500)


def test_a_budget_never_grows() -> None:
    spec = wide(budgets=WIDE.model_copy(update={"llm_calls": 2}))
    assert narrow(spec, measure_use([asked(1, 10), asked(2, 10)], Used())).capabilities.budgets.llm_calls == 2


def test_budgets_of_effects_that_are_gone_are_nothing_and_those_kept_are_at_least_one() -> None:
    used = measure_use([a_page(1, "https://one.org/a", "")], Used())
    budgets = narrow(wide(), used).capabilities.budgets
    assert budgets == Budgets(fetches=3, fetch_bytes=1, llm_calls=0, llm_tokens=0, memory_keys=0, notifications=0)


def test_what_was_refused_used_nothing() -> None:
    used = measure_use([refused(1, EffectKind.FETCH, url="https://one.org/a"), refused(2, EffectKind.NOTIFY)], Used())
    assert used == Used()
    assert narrow(wide(), used).capabilities.effects == ()


def test_memory_is_counted_by_its_keys() -> None:
    recorded = [
        done(1, EffectKind.RECALL, None, key="a"),
        done(2, EffectKind.REMEMBER, None, key="a", value=1),
        done(3, EffectKind.REMEMBER, None, key="b", value=1),
    ]
    assert narrow(wide(), measure_use(recorded, Used())).capabilities.budgets.memory_keys == TIMES * 2


def test_narrowing_twice_is_narrowing_once_and_touches_nothing_else() -> None:
    used = measure_use([a_page(1, "https://one.org/a"), asked(2, 10)], Used())
    once = narrow(wide(), used)
    assert narrow(once, used) == once
    assert once.model_dump(exclude={"capabilities"}) == wide().model_dump(exclude={"capabilities"})
