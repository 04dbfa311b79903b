"""A batch: paid for once, not spoiled by one bad post, and failing only if nothing in it can be read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from functions.market.extract_problems.extract import GIVE_UP_AFTER, Extractor
from shared.adapters.claude import ModelAnswerInvalid, ModelOverloaded, ModelRefused
from shared.opportunities.models import Post, Problem
from shared.opportunities.scan import Batch
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.claude import Answers, FakeClaude
from tests.fakes.market import FakeSpend
from tests.fakes.market_posts import a_post, honest


class World:
    def __init__(self, posts: Sequence[Post], answers: Answers = honest) -> None:
        self.artifacts = FakeArtifacts()
        self.artifacts.put_lines("scans/s1/posts.jsonl", posts)
        self.claude = FakeClaude(answers)
        self.spend = FakeSpend()
        self.extractor = Extractor(self.claude, self.artifacts, self.spend, "fast")
        self.batch = Batch(scan_id="s1", posts_key="scans/s1/posts.jsonl", start=0, end=len(posts))


def refusing(*bad: str, error: type[Exception] = ModelRefused) -> Answers:
    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        ids = {post["id"] for post in data["posts"]}
        return error("no") if ids & set(bad) else honest(prompt, data, kind)

    return answers


def test_a_batch_is_one_question_and_its_problems_are_stored() -> None:
    world = World([a_post(one) for one in range(6)])
    extracted, outcome = world.extractor.extract(world.batch)
    assert (extracted.kept, extracted.dropped, len(world.claude.asked)) == (6, {}, 1)
    assert world.artifacts.get_lines(extracted.problems_key, Problem) == outcome.problems
    assert world.spend.spent == 35


def test_asking_again_for_the_same_posts_costs_nothing_and_gives_the_same() -> None:
    world = World([a_post(one) for one in range(6)])
    first, _ = world.extractor.extract(world.batch)
    again, outcome = world.extractor.extract(world.batch)
    assert again == first
    assert (len(world.claude.asked), world.spend.spent, outcome.answers) == (1, 35, [])


def test_an_edited_post_is_read_anew() -> None:
    world = World([a_post(0)])
    world.extractor.extract(world.batch)
    edited = a_post(0, selftext="I cannot find a soap manufacturer in Ohio. Please help.")
    world.artifacts.put_lines("scans/s1/posts.jsonl", [edited])
    _, outcome = world.extractor.extract(world.batch)
    assert [one.quote for one in outcome.problems] == ["I cannot find a soap manufacturer in Ohio"]


@pytest.mark.parametrize("error", [ModelRefused, ModelAnswerInvalid])
def test_one_post_that_the_model_will_not_answer_does_not_spoil_the_others(error: type[Exception]) -> None:
    world = World([a_post(one) for one in range(6)], refusing("p002", error=error))
    extracted, _ = world.extractor.extract(world.batch)
    assert (extracted.kept, extracted.dropped) == (5, {"post_not_answered": 1})


def test_the_first_posts_being_bad_does_not_spoil_the_others() -> None:
    world = World([a_post(one) for one in range(8)], refusing("p000", "p001", "p002"))
    assert world.extractor.extract(world.batch)[0].kept == 5


def test_a_model_that_refuses_everything_fails_the_batch_after_few_questions() -> None:
    world = World([a_post(one) for one in range(10)], lambda *_: ModelRefused("no"))
    with pytest.raises(ModelRefused):
        world.extractor.extract(world.batch)
    assert len(world.claude.asked) == 1 + GIVE_UP_AFTER


def test_an_overloaded_model_fails_the_batch_at_once_for_the_state_machine_to_retry() -> None:
    world = World([a_post(one) for one in range(10)], lambda *_: ModelOverloaded("529"))
    with pytest.raises(ModelOverloaded):
        world.extractor.extract(world.batch)
    assert len(world.claude.asked) == 1


def test_what_was_read_before_a_failure_is_not_asked_again() -> None:
    calls = 0

    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        nonlocal calls
        calls += 1
        if len(data["posts"]) > 1:
            return ModelRefused("no")
        return ModelOverloaded("529") if calls == 4 else honest(prompt, data, kind)

    world = World([a_post(one) for one in range(4)], answers)
    with pytest.raises(ModelOverloaded):
        world.extractor.extract(world.batch)
    assert world.extractor.extract(world.batch)[0].kept == 4
    assert calls == 4 + 1 + 2
