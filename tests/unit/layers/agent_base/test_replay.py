"""Every call runs the agent from its start: the same answers lead it to the same questions, in the same order."""

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mam_agent import EffectFailed, Tools
from mam_agent.effects import Call, Effect, Result
from mam_agent.replay import Agent, replay

ALL = frozenset({"llm", "fetch", "recall", "remember", "notify", "now"})


def run(
    agent: Agent, results: dict[int, Any] | None = None, *, declared: frozenset[str] = ALL, run_id: str = "run-1"
) -> Any:
    recorded = {
        number: value if isinstance(value, Result) else Result(id=number, ok=True, value=value)
        for number, value in (results or {}).items()
    }
    return replay(agent, Call(run_id=run_id, input={"n": 1}, results=recorded), declared)


def asked(reply: Any) -> list[tuple[int, str, Any]]:
    assert reply["status"] == "suspended"
    return [(effect["id"], effect["kind"], effect["args"]) for effect in reply["effects"]]


async def two_in_a_row(input: Any, tools: Tools) -> Any:
    page = await tools.fetch("https://a.test/")
    return {"answer": await tools.llm("sum up", page["text"])}


async def pages_with_summaries(input: Any, tools: Tools) -> Any:
    async def one(name: str) -> Any:
        page = await tools.fetch(f"https://{name}.test/")
        return await tools.llm("sum up", page)

    return {"answers": await asyncio.gather(one("a"), one("b"), one("c"))}


def test_an_agent_without_effects_succeeds_at_once() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"n": input["n"] + 1}

    assert run(agent) == {"status": "succeeded", "output": {"n": 2}}


def test_a_run_stops_at_the_first_effect_without_a_result() -> None:
    assert asked(run(two_in_a_row)) == [(1, "fetch", {"url": "https://a.test/"})]
    second = run(two_in_a_row, {1: {"text": "hello"}})
    assert asked(second) == [(2, "llm", {"instruction": "sum up", "data": "hello", "schema": None, "max_tokens": 512})]
    assert run(two_in_a_row, {1: {"text": "hello"}, 2: "hi"}) == {"status": "succeeded", "output": {"answer": "hi"}}


def test_effects_awaited_together_are_asked_for_together_and_keep_their_numbers_when_replayed() -> None:
    first = run(pages_with_summaries)
    assert [(number, args["url"]) for number, _, args in asked(first)] == [
        (1, "https://a.test/"), (2, "https://b.test/"), (3, "https://c.test/")
    ]  # fmt: skip
    second = run(pages_with_summaries, {1: "A", 2: "B", 3: "C"})
    assert [(number, args["data"]) for number, _, args in asked(second)] == [(4, "A"), (5, "B"), (6, "C")]
    done = run(pages_with_summaries, {1: "A", 2: "B", 3: "C", 4: "a", 5: "b", 6: "c"})
    assert done == {"status": "succeeded", "output": {"answers": ["a", "b", "c"]}}


def test_with_part_of_the_answers_only_the_rest_is_asked_for_again() -> None:
    assert [number for number, _, _ in asked(run(pages_with_summaries, {2: "B"}))] == [1, 3]


def test_many_effects_at_once_are_asked_for_in_portions_that_a_reply_may_hold() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"all": await asyncio.gather(*(tools.recall(str(number)) for number in range(100)))}

    first = asked(run(agent))
    assert [number for number, _, _ in first] == list(range(1, 65))
    second = asked(run(agent, {number: number for number, _, _ in first}))
    assert [number for number, _, _ in second] == list(range(65, 101))


def test_a_refused_effect_is_an_exception_that_the_agent_may_catch() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        try:
            await tools.fetch("https://a.test/")
        except EffectFailed as failed:
            return {"code": failed.code}
        return {}

    refused = Result(id=1, ok=False, code="host_not_allowed", message="not in the spec")
    assert run(agent, {1: refused}) == {"status": "succeeded", "output": {"code": "host_not_allowed"}}


def test_a_result_recorded_for_another_question_fails_the_run_even_if_the_agent_catches_everything() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        try:
            return {"page": await tools.fetch("https://now-this.test/")}
        except BaseException:
            return {"page": None}

    was = Effect(id=1, kind="fetch", args={"url": "https://was-that.test/"}).asked()
    reply = run(agent, {1: Result(id=1, ok=True, value="x", asked=was)})
    assert (reply["status"], reply["error"]["code"]) == ("failed", "replay_mismatch")


def test_a_result_recorded_for_this_question_is_taken() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"page": await tools.fetch("https://a.test/ü")}

    same = Effect(id=1, kind="fetch", args={"url": "https://a.test/ü"}).asked()
    assert run(agent, {1: Result(id=1, ok=True, value="x", asked=same)})["output"] == {"page": "x"}


def test_results_that_the_agent_never_asks_for_are_a_mismatch() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"now": await tools.now()}

    assert run(agent, {1: "t", 2: "left over"})["error"]["code"] == "replay_mismatch"


@pytest.mark.parametrize("catching", [Exception, BaseException])
def test_an_undeclared_effect_fails_the_run_whatever_the_agent_catches(catching: type[BaseException]) -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        try:
            await tools.notify("to you", "text")
        except catching:
            return {"sent": False}
        return {"sent": True}

    reply = run(agent, declared=frozenset({"fetch"}))
    assert (reply["status"], reply["error"]["code"]) == ("failed", "undeclared_effect")


def test_an_undeclared_effect_in_a_task_that_nobody_awaits_fails_the_run_too() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        background = asyncio.ensure_future(tools.notify("to you", "text"))
        await asyncio.sleep(1)
        return {"done": background.done()}

    assert run(agent, declared=frozenset())["error"]["code"] == "undeclared_effect"


def test_time_passes_at_once_and_only_when_no_effect_waits() -> None:
    order: list[str] = []

    async def agent(input: Any, tools: Tools) -> Any:
        async def slow() -> None:
            await asyncio.sleep(3600)
            order.append("slow")

        async def quick() -> None:
            await tools.now()
            order.append("answered")

        await asyncio.gather(slow(), quick())
        return {}

    assert run(agent, {1: "t"})["status"] == "succeeded"
    assert order == ["answered", "slow"]


def test_a_time_limit_around_an_effect_does_not_run_out() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"now": await asyncio.wait_for(tools.now(), timeout=0.001)}

    assert run(agent)["status"] == "suspended"
    assert run(agent, {1: "t"})["output"] == {"now": "t"}


def test_waiting_for_what_never_comes_is_a_failure_and_not_a_hang() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        await asyncio.Event().wait()

    assert run(agent)["error"] == {"code": "agent_error", "message": "the agent waits for something that never comes"}


def test_threads_are_not_there() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"x": await asyncio.to_thread(lambda: 1)}

    with pytest.raises(RuntimeError, match="no threads"):
        run(agent)


def test_chance_is_the_same_for_a_run_and_another_for_the_next() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        return {"drawn": [random.random() for _ in range(4)]}

    assert run(agent, run_id="a") == run(agent, run_id="a")
    assert run(agent, run_id="a") != run(agent, run_id="b")


def test_what_was_asked_does_not_change_when_the_agent_changes_its_objects_afterwards() -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        value = {"list": [1]}
        waiting = asyncio.ensure_future(tools.remember("key", value))
        await asyncio.sleep(0)
        value["list"].append(2)
        await waiting
        return {}

    assert asked(run(agent))[0][2] == {"key": "key", "value": {"list": [1]}}


@pytest.mark.parametrize(
    "ask",
    [
        lambda tools: tools.fetch(7),
        lambda tools: tools.fetch(None),
        lambda tools: tools.llm(["x"]),
        lambda tools: tools.llm("x", max_tokens="many"),
        lambda tools: tools.llm("x", max_tokens=True),
        lambda tools: tools.remember("k", {1, 2}),
        lambda tools: tools.remember("k", float("nan")),
        lambda tools: tools.notify("s", b"bytes"),
    ],
)
def test_arguments_that_are_not_what_an_effect_takes_are_the_agents_own_error(ask: Any) -> None:
    async def agent(input: Any, tools: Tools) -> Any:
        await ask(tools)

    with pytest.raises(TypeError, match=r"tools\."):
        run(agent)


def test_the_digest_of_a_question_is_the_platforms_own() -> None:
    from shared.runs import call_bodies
    from shared.specs.effects import Effect as Wire
    from shared.specs.effects import EffectKind

    args = {"key": "ü", "value": {"b": 1.5, "a": [None, True]}}
    here = Effect(id=3, kind="remember", args=args).asked()
    assert here == call_bodies._compute_digest(Wire(id=3, kind=EffectKind.REMEMBER, args=json.loads(json.dumps(args))))


Step = list[Any]
steps = st.recursive(
    st.sampled_from([["ask"], ["sleep", 0.0], ["sleep", 1.0], ["sleep", 5.0]]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ["then", *parts]),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: ["together", *parts]),
    ),
    max_leaves=12,
)


def program(step: Step) -> tuple[Agent, list[str]]:
    """An agent that does what `step` says and notes in which order it gets on."""
    order: list[str] = []

    async def agent(input: Any, tools: Tools) -> Any:
        async def do(step: Step, name: str) -> None:
            match step:
                case ["ask"]:
                    order.append(f"{name}={await tools.recall(name)}")
                case ["sleep", seconds]:
                    await asyncio.sleep(seconds)
                    order.append(name)
                case ["then", *parts]:
                    for number, part in enumerate(parts):
                        await do(part, f"{name}.{number}")
                case [_, *parts]:
                    await asyncio.gather(*(do(part, f"{name}.{number}") for number, part in enumerate(parts)))

        await do(step, "0")
        return {"order": order}

    return agent, order


@settings(deadline=None, max_examples=150)
@given(step=steps, portion=st.integers(1, 64))
def test_any_agent_asks_the_same_under_the_same_number_however_its_answers_arrive(step: Step, portion: int) -> None:
    questions: dict[int, Any] = {}
    answers: dict[int, Any] = {}
    for _ in range(40):
        agent, _ = program(step)
        reply = run(agent, {number: Result(number, True, number, asked=asked) for number, asked in answers.items()})
        if reply["status"] != "suspended":
            break
        for effect in reply["effects"]:
            assert questions.setdefault(effect["id"], effect["args"]) == effect["args"]
        for effect in reply["effects"][:portion]:
            answers[effect["id"]] = Effect(effect["id"], effect["kind"], effect["args"]).asked()
    assert reply["status"] == "succeeded", reply
    agent, _ = program(step)
    again = run(agent, {number: Result(number, True, number, asked=asked) for number, asked in answers.items()})
    assert again == reply
