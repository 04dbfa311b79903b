from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.demos_table import DemoItem, DemosTable
from shared.runs.demo import LEASE_SECONDS, UNCLAIMED_SECONDS, Demo, DemoState, LeaseLost
from shared.runs.loop import Recorded
from shared.specs.effects import Effect, EffectKind, EffectSucceeded, RunError
from tests.fakes.agent_specs import a_spec, an_example
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.marketplace import DIGEST

NOW = 1_800_000_000.25
TOKEN = "t" * 32


@pytest.fixture
def bodies() -> FakeArtifacts:
    return FakeArtifacts()


@pytest.fixture
def demos(bodies: FakeArtifacts) -> Iterator[DemosTable]:
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="agent_runs",
            KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield DemosTable("agent_runs", bodies)


def a_demo(**changes: Any) -> Demo:
    values = {
        "token": TOKEN,
        "slug": "price-watch",
        "version": 1,
        "image_digest": DIGEST,
        "capabilities": a_spec().capabilities,
        "input": an_example(1).input,
        "address": "203.0.113.9",
        "request_id": "request",
        "created_at": NOW,
        "queued_at": NOW,
        **changes,
    }
    return Demo.model_validate(values)


def recorded(number: int, value: Any) -> Recorded:
    effect = Effect(id=number, kind=EffectKind.FETCH, args={"url": "http://shop.example/"})
    return Recorded(effect=effect, result=EffectSucceeded(id=number, value=value))


def claimed(demos: DemosTable, attempt: str = "me", now: float = NOW) -> Demo:
    demo = demos.claim(TOKEN, attempt, now)
    assert demo is not None
    return demo


def test_a_demo_is_read_as_it_was_written(demos: DemosTable) -> None:
    demos.create(a_demo())
    assert demos.get(TOKEN) == a_demo()
    assert demos.get("unknown") is None
    assert demos.state(TOKEN) is DemoState.QUEUED
    assert demos.state("unknown") is None
    assert DemoItem.get(TOKEN).expires_at == int(NOW) + 24 * 3600


def test_only_one_claim_succeeds_until_its_lease_runs_out(demos: DemosTable) -> None:
    demos.create(a_demo())
    assert claimed(demos).state is DemoState.STARTING
    assert demos.claim(TOKEN, "other", NOW + LEASE_SECONDS - 1) is None
    assert claimed(demos, "other", NOW + LEASE_SECONDS + 1).attempt == "other"
    assert demos.claim("unknown", "me", NOW) is None


def test_effects_and_results_survive_in_order(demos: DemosTable) -> None:
    demos.create(a_demo())
    demo = claimed(demos)
    demos.started(demo, NOW)
    for number in (1, 2):
        demos.intend(demo, recorded(number, None).effect, NOW)
        demos.record(demo, recorded(number, {"text": f"page {number}"}), NOW)
    demos.intend(demo, recorded(3, None).effect, NOW)
    found = demos.get(TOKEN)
    assert found is not None
    assert found.recorded == (recorded(1, {"text": "page 1"}), recorded(2, {"text": "page 2"}))
    assert len(DemoItem.get(TOKEN).effects) == 3
    assert found.state is DemoState.RUNNING


def test_large_bodies_lie_beside_the_table(demos: DemosTable, bodies: FakeArtifacts) -> None:
    demos.create(a_demo(input={"text": "i" * 40_000}))
    demo = claimed(demos)
    demos.record(demo, recorded(1, {"text": "e" * 900_000}), NOW)
    demos.finish(demo, NOW + 2, output={"text": "ö" * 20_000}, models=["m"])
    assert sorted(bodies.objects) == [f"demos/{TOKEN}/{name}.json" for name in ("effects/1", "input", "output")]
    found = demos.get(TOKEN)
    assert found is not None
    assert found.input == {"text": "i" * 40_000}
    assert found.output == {"text": "ö" * 20_000}
    assert found.recorded == (recorded(1, {"text": "e" * 900_000}),)
    assert (found.models, found.ended_at) == (("m",), NOW + 2)


def test_a_demo_whose_bodies_are_gone_is_gone(demos: DemosTable, bodies: FakeArtifacts) -> None:
    demos.create(a_demo(input={"text": "i" * 40_000}))
    bodies.objects.clear()
    assert demos.get(TOKEN) is None


def test_whoever_lost_the_lease_cannot_write(demos: DemosTable) -> None:
    demos.create(a_demo())
    slow = claimed(demos, "slow")
    claimed(demos, "next", NOW + LEASE_SECONDS + 1)
    for write in (
        lambda: demos.started(slow, NOW),
        lambda: demos.intend(slow, recorded(1, None).effect, NOW),
        lambda: demos.record(slow, recorded(1, 1), NOW),
        lambda: demos.finish(slow, NOW, output={}),
    ):
        with pytest.raises(LeaseLost):
            write()


def test_an_ended_demo_never_changes(demos: DemosTable) -> None:
    demos.create(a_demo())
    demo = claimed(demos)
    demos.finish(demo, NOW, error=RunError(code="agent_error", message="broke"))
    with pytest.raises(LeaseLost):
        demos.finish(demo, NOW, output={"late": True})
    assert demos.claim(TOKEN, "again", NOW + 10_000) is None
    found = demos.get(TOKEN)
    assert found is not None
    assert found.error == RunError(code="agent_error", message="broke")


def test_a_stalled_demo_is_queued_again_once(demos: DemosTable) -> None:
    demos.create(a_demo())
    seen = demos.get(TOKEN)
    assert seen is not None
    assert not seen.stalled(NOW + UNCLAIMED_SECONDS - 1)
    assert seen.stalled(NOW + UNCLAIMED_SECONDS)
    assert [demos.requeue(seen, NOW + 40) for _ in range(2)] == [True, False]
    running = claimed(demos, now=NOW + 41)
    assert not running.stalled(NOW + 41 + LEASE_SECONDS - 1)
    assert running.stalled(NOW + 41 + LEASE_SECONDS)
    assert not running.stalled(NOW + 301)
