"""What every store of runs promises: one suite for the table and for the fake that stands in for it."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.runs.loop import Recorded
from shared.runs.run import LEASE_SECONDS, UNCLAIMED_SECONDS, Origin, RunLeaseLost, RunsRepository, RunState, StoredRun
from shared.specs.effects import Effect, EffectKind, EffectSucceeded, RunError
from tests.fakes.runs import a_run

RUN_ID = a_run().run_id
NOW = a_run().created_at
LARGE = {"text": "ö" * 450_000}


def an_effect(number: int, kind: EffectKind = EffectKind.FETCH, url: str = "http://shop.example/") -> Effect:
    return Effect(id=number, kind=kind, args={"url": url})


def a_record(number: int, value: Any = "a page") -> Recorded:
    return Recorded(effect=an_effect(number), result=EffectSucceeded(id=number, value=value))


def claim(runs: RunsRepository, attempt: str = "me", now: float = NOW) -> StoredRun:
    run = runs.claim(RUN_ID, attempt, now)
    assert run is not None
    return run


def read(runs: RunsRepository) -> StoredRun:
    run = runs.get(RUN_ID)
    assert run is not None
    return run


WRITES: dict[str, Callable[[RunsRepository, StoredRun], None]] = {
    "started": lambda runs, run: runs.mark_started(run, NOW),
    "intend": lambda runs, run: runs.intend(run, an_effect(1), NOW),
    "record": lambda runs, run: runs.record(run, a_record(1), NOW),
    "finish": lambda runs, run: runs.finish(run, NOW, output={}),
}
"""Every write of a worker."""


class RunsContract:
    """A subclass gives the fixture `runs`: an empty store."""

    @pytest.mark.parametrize("origin", Origin)
    def test_a_run_is_read_as_it_was_written(self, runs: RunsRepository, origin: Origin) -> None:
        run = a_run(origin=origin, address="203.0.113.9" if origin is Origin.DEMO else None)
        runs.create(run)
        assert runs.get(RUN_ID) == run
        assert runs.state(RUN_ID) is RunState.QUEUED

    def test_an_unknown_run_is_nothing(self, runs: RunsRepository) -> None:
        assert runs.get("unknown") is None
        assert runs.state("unknown") is None
        assert runs.claim("unknown", "me", NOW) is None
        assert not runs.requeue(a_run(run_id="unknown"), NOW)
        with pytest.raises(RunLeaseLost):
            runs.mark_started(a_run(run_id="unknown", attempt="me"), NOW)

    def test_only_one_claim_succeeds_until_its_lease_runs_out(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        first = claim(runs)
        assert (first.state, first.attempt, first.lease_until) == (RunState.STARTING, "me", NOW + LEASE_SECONDS)
        assert runs.claim(RUN_ID, "other", NOW + LEASE_SECONDS - 1) is None
        assert claim(runs, "other", NOW + LEASE_SECONDS).attempt == "other"

    def test_a_claim_whose_answer_was_lost_can_be_repeated(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        claim(runs)
        assert claim(runs, now=NOW + 1).lease_until == NOW + 1 + LEASE_SECONDS
        assert runs.claim(RUN_ID, "other", NOW + 1) is None

    @pytest.mark.parametrize("write", [name for name in WRITES if name != "finish"])
    def test_every_write_renews_the_lease(self, runs: RunsRepository, write: str) -> None:
        runs.create(a_run())
        early = claim(runs, now=NOW - 100)
        WRITES[write](runs, early)
        assert read(runs).lease_until == NOW + LEASE_SECONDS

    def test_effects_are_kept_in_call_order_and_an_intent_without_a_result_is_known_as_such(
        self, runs: RunsRepository
    ) -> None:
        runs.create(a_run())
        run = claim(runs)
        runs.mark_started(run, NOW)
        for number in (1, 2):
            runs.intend(run, an_effect(number), NOW)
            assert read(runs).intents == (an_effect(number),)
            runs.record(run, a_record(number, f"page {number}"), NOW)
        runs.intend(run, an_effect(3), NOW)
        found = read(runs)
        assert found.recorded == (a_record(1, "page 1"), a_record(2, "page 2"))
        assert found.intents == (an_effect(3),)
        assert found.state is RunState.RUNNING

    def test_whoever_takes_a_run_over_is_told_what_was_left_unfinished(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        first = claim(runs)
        runs.record(first, a_record(1), NOW, ["model-a"])
        runs.intend(first, an_effect(2), NOW)
        second = claim(runs, "next", NOW + LEASE_SECONDS)
        assert second.recorded == (a_record(1),)
        assert second.intents == (an_effect(2),)
        assert second.models == ("model-a",)

    def test_an_intent_that_is_repeated_or_replaced_stays_one(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        run = claim(runs)
        for url in ("http://one.example/", "http://one.example/", "http://two.example/"):
            runs.intend(run, an_effect(1, url=url), NOW)
        assert read(runs).intents == (an_effect(1, url="http://two.example/"),)

    def test_what_was_refused_is_recorded_without_an_intent(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        run = claim(runs)
        runs.record(run, a_record(1), NOW)
        runs.record(run, a_record(2), NOW)
        assert read(runs).recorded == (a_record(1), a_record(2))

    def test_bodies_of_any_size_are_read_as_they_were_written(self, runs: RunsRepository) -> None:
        runs.create(a_run(input=LARGE))
        run = claim(runs)
        large_ask = Effect(id=2, kind=EffectKind.LLM, args={"data": LARGE["text"]})
        runs.record(run, a_record(1, LARGE), NOW, ["b", "a", "b"])
        runs.intend(run, large_ask, NOW)
        runs.finish(run, NOW + 2, output=LARGE)
        found = read(runs)
        assert (found.input, found.output) == (LARGE, LARGE)
        assert found.recorded == (a_record(1, LARGE),)
        assert found.intents == (large_ask,)
        assert (found.models, found.ended_at, found.state) == (("a", "b"), NOW + 2, RunState.SUCCEEDED)

    @pytest.mark.parametrize("write", WRITES)
    def test_whoever_lost_the_lease_cannot_write(self, runs: RunsRepository, write: str) -> None:
        runs.create(a_run())
        slow = claim(runs, "slow")
        claim(runs, "next", NOW + LEASE_SECONDS)
        before = read(runs)
        with pytest.raises(RunLeaseLost):
            WRITES[write](runs, slow)
        assert read(runs) == before

    def test_large_bodies_of_whoever_lost_the_lease_replace_nothing(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        slow = claim(runs, "slow")
        current = claim(runs, "next", NOW + LEASE_SECONDS)
        runs.record(current, a_record(1, LARGE), NOW)
        with pytest.raises(RunLeaseLost):
            runs.record(slow, a_record(1, {"text": "x" * 450_000}), NOW)
        runs.finish(current, NOW, output=LARGE)
        with pytest.raises(RunLeaseLost):
            runs.finish(slow, NOW, output={"text": "x" * 450_000})
        assert read(runs).recorded == (a_record(1, LARGE),)
        assert read(runs).output == LARGE

    @pytest.mark.parametrize("write", WRITES)
    def test_an_ended_run_never_changes(self, runs: RunsRepository, write: str) -> None:
        runs.create(a_run())
        run = claim(runs)
        runs.finish(run, NOW, error=RunError(code="agent_error", message="broke"))
        ended = read(runs)
        assert (ended.state, ended.error) == (RunState.FAILED, RunError(code="agent_error", message="broke"))
        with pytest.raises(RunLeaseLost):
            WRITES[write](runs, run)
        assert runs.claim(RUN_ID, "again", NOW + 10_000) is None
        assert not runs.requeue(ended, NOW)
        assert read(runs) == ended

    def test_a_stalled_run_is_queued_again_once(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        seen = read(runs)
        later = NOW + UNCLAIMED_SECONDS
        assert [runs.requeue(seen, later) for _ in range(2)] == [True, False]
        assert read(runs).queued_at == later

    def test_a_run_that_moved_on_is_not_queued_again(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        seen = read(runs)
        run = claim(runs)
        assert not runs.requeue(seen, NOW)
        stalled = read(runs)
        runs.mark_started(run, NOW + 1)
        assert not runs.requeue(stalled, NOW)
        runs.finish(run, NOW + 1, output={})
        assert not runs.requeue(stalled, NOW)
        assert read(runs).state is RunState.SUCCEEDED

    def test_being_queued_again_keeps_what_was_recorded_and_takes_the_lease_away(self, runs: RunsRepository) -> None:
        runs.create(a_run())
        first = claim(runs)
        runs.record(first, a_record(1), NOW)
        runs.intend(first, an_effect(2), NOW)
        assert runs.requeue(read(runs), NOW + LEASE_SECONDS)
        with pytest.raises(RunLeaseLost):
            runs.record(first, a_record(2), NOW)
        second = claim(runs, "next", NOW + LEASE_SECONDS)
        assert (second.recorded, second.intents) == ((a_record(1),), (an_effect(2),))
