"""A batch: paid for once, not spoiled by bad posts, and failing only if the model is at fault."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from functions.market.extract_problems.extract import GIVE_UP_AFTER, Extraction, Extractor
from functions.market.extract_problems.extraction import FoundProblems
from functions.market.extract_problems.trust import CONTROL
from functions.market.scan_posts.scan import make_batches
from shared.adapters.claude import ModelAnswerInvalid, ModelOverloaded, ModelRefused
from shared.opportunities.errors import ModelNotTrusted
from shared.opportunities.models import Post, Problem
from shared.opportunities.scan import Extracted
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.claude import Answers, FakeClaude
from tests.fakes.market import FakeSpend
from tests.fakes.market_posts import a_post, honest


class World:
    def __init__(self, posts: Sequence[Post], answers: Answers = honest) -> None:
        self.artifacts = FakeArtifacts()
        self.artifacts.put_lines("scans/s1/posts.jsonl", posts)
        self.spend = FakeSpend()
        self.claude = FakeClaude(answers, billed=lambda use: self.spend.add(use.cost_microusd))
        self.extractor = Extractor(self.claude, self.artifacts, "fast")
        [self.batch] = make_batches("s1", "scans/s1/posts.jsonl", posts)
        self.outcome = Extraction()

    def extract(self) -> Extracted:
        self.outcome = Extraction()
        return self.extractor.extract(self.batch, self.outcome)

    def stored(self) -> set[str]:
        return set(self.artifacts.objects) - {"scans/s1/posts.jsonl"}


def refusing(*bad: str, error: type[Exception] = ModelRefused) -> Answers:
    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        ids = {post["id"] for post in data["posts"]}
        return error("no") if ids & set(bad) else honest(prompt, data, kind)

    return answers


def misquoting(*bad: str) -> Answers:
    """Misquotes every post of a question that one of the bad ones is in; without ids, of every question."""

    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        true = honest(prompt, data, kind)
        assert isinstance(true, FoundProblems)
        if bad and not {post["id"] for post in data["posts"]} & set(bad):
            return true
        return FoundProblems(problems=[one.model_copy(update={"quote": f"{one.quote}!!"}) for one in true.problems])

    return answers


def test_a_batch_is_one_question_and_its_problems_are_stored() -> None:
    world = World([a_post(one) for one in range(6)])
    extracted = world.extract()
    assert (extracted.kept, extracted.dropped, len(world.claude.asked)) == (6, {}, 1)
    assert world.artifacts.get_lines(extracted.problems_key, Problem) == world.outcome.problems
    assert world.spend.spent == 35


def test_asking_again_for_the_same_posts_costs_nothing_and_gives_the_same() -> None:
    world = World([a_post(one) for one in range(6)])
    assert world.extract() == world.extract()
    assert (len(world.claude.asked), world.spend.spent) == (1, 35)


def test_an_edited_post_is_read_anew() -> None:
    world = World([a_post(0)])
    world.extract()
    edited = a_post(0, text="I cannot find a soap manufacturer in Ohio. Please help.")
    world.artifacts.put_lines("scans/s1/posts.jsonl", [edited])
    world.extract()
    assert [one.quote for one in world.outcome.problems] == ["I cannot find a soap manufacturer in Ohio"]


@pytest.mark.parametrize("error", [ModelRefused, ModelAnswerInvalid])
def test_one_post_that_the_model_will_not_answer_does_not_spoil_the_others(error: type[Exception]) -> None:
    world = World([a_post(one) for one in range(6)], refusing("reddit:p002", error=error))
    extracted = world.extract()
    assert (extracted.kept, extracted.dropped) == (5, {"post_not_answered": 1})


def test_the_first_posts_being_bad_does_not_spoil_the_others() -> None:
    world = World([a_post(one) for one in range(8)], refusing("reddit:p000", "reddit:p001", "reddit:p002"))
    assert world.extract().kept == 5


def test_a_model_that_refuses_everything_fails_the_batch_after_few_questions() -> None:
    world = World([a_post(one) for one in range(10)], lambda *_: ModelRefused("no"))
    with pytest.raises(ModelRefused):
        world.extract()
    assert len(world.claude.asked) == 1 + GIVE_UP_AFTER + 1
    assert world.spend.spent == 35 * len(world.claude.asked)


def test_an_overloaded_model_fails_the_batch_at_once_for_the_state_machine_to_retry() -> None:
    world = World([a_post(one) for one in range(10)], lambda *_: ModelOverloaded("529"))
    with pytest.raises(ModelOverloaded):
        world.extract()
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
        world.extract()
    assert world.extract().kept == 4
    assert calls == 4 + 1 + 2


@pytest.mark.parametrize("count", [1, 2, 4, 10])
def test_a_model_that_misquotes_everything_fails_the_batch_and_leaves_nothing_behind(count: int) -> None:
    world = World([a_post(one) for one in range(count)], misquoting())
    with pytest.raises(ModelNotTrusted, match=r"not borne out by the posts \(quote_not_verbatim \d+\)"):
        world.extract()
    assert world.stored() == set()
    assert world.outcome.dropped["quote_not_verbatim"] > 0
    assert len(world.claude.asked) <= 1 + GIVE_UP_AFTER + 1
    assert world.spend.spent == 35 * len(world.claude.asked)


@pytest.mark.parametrize("empty", [range(6), range(4, 10), range(1, 10)])
def test_finding_nothing_in_some_posts_does_not_make_up_for_misquoting_the_others(empty: range) -> None:
    posts = [a_post(one, **({"text": "Hello everybody."} if one in empty else {})) for one in range(10)]
    world = World(posts, misquoting())
    with pytest.raises(ModelNotTrusted):
        world.extract()
    assert world.stored() == set()
    world.claude.answers = honest
    assert world.extract().kept == 10 - len(empty)


def test_a_model_that_takes_its_misquotes_back_when_asked_again_has_to_show_that_it_can_read() -> None:
    def silent(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        return misquoting()(prompt, data, kind) if len(data["posts"]) > 1 else FoundProblems(problems=[])

    world = World([a_post(one) for one in range(10)], silent)
    with pytest.raises(ModelNotTrusted):
        world.extract()
    assert world.stored() == set()


def test_a_post_without_problems_is_read_in_one_question() -> None:
    world = World([a_post(0, text="Hello everybody.")])
    assert (world.extract().kept, len(world.claude.asked)) == (0, 1)
    world.extract()
    assert len(world.claude.asked) == 1


def test_after_the_model_is_mended_the_batch_is_read_as_if_nothing_had_been() -> None:
    posts = [a_post(one) for one in range(10)]
    world, undisturbed = World(posts, misquoting()), World(posts)
    with pytest.raises(ModelNotTrusted):
        world.extract()
    world.claude.answers = honest
    assert world.extract() == undisturbed.extract()
    assert world.artifacts.objects == undisturbed.artifacts.objects


def test_a_model_that_names_other_posts_is_not_trusted_either() -> None:
    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel:
        true = honest(prompt, data, kind)
        assert isinstance(true, FoundProblems)
        return FoundProblems(problems=[one.model_copy(update={"post_id": "zzzzzz"}) for one in true.problems])

    world = World([a_post(one) for one in range(10)], answers)
    with pytest.raises(ModelNotTrusted, match="unknown_post"):
        world.extract()


def test_a_few_misquotes_drop_only_these_findings() -> None:
    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel:
        true = honest(prompt, data, kind)
        assert isinstance(true, FoundProblems)
        bad = [one.model_copy(update={"quote": one.quote.upper()}) for one in true.problems[:3]]
        return FoundProblems(problems=[*bad, *true.problems[3:]])

    world = World([a_post(one) for one in range(10)], answers)
    extracted = world.extract()
    assert (extracted.kept, extracted.dropped) == (7, {"quote_not_verbatim": 3})
    assert (len(world.claude.asked), world.outcome.unused) == (1, 0)


def test_a_post_that_makes_the_model_misquote_its_whole_batch_costs_only_itself() -> None:
    world = World([a_post(one) for one in range(10)], misquoting("reddit:p004"))
    extracted = world.extract()
    assert extracted.kept == 9
    assert {one.post_id for one in world.outcome.problems} == {f"reddit:p{one:03d}" for one in range(10)} - {
        "reddit:p004"
    }
    assert extracted.dropped == {"quote_not_verbatim": 10 + 1}
    assert (len(world.claude.asked), world.outcome.unused) == (1 + 10, 2)


@pytest.mark.parametrize("bad", [misquoting, refusing])
@pytest.mark.parametrize("count", [1, 10])
def test_a_batch_of_hostile_posts_only_cannot_stop_the_scan(bad: Callable[..., Answers], count: int) -> None:
    posts = [a_post(one) for one in range(count)]
    world = World(posts, bad(*[post.id for post in posts]))
    assert world.extract().kept == 0
    assert len(world.claude.asked) <= 1 + count + 1


def test_a_post_with_one_true_finding_among_false_ones_keeps_it() -> None:
    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel:
        true = honest(prompt, data, kind)
        assert isinstance(true, FoundProblems)
        false = [one.model_copy(update={"quote": f"{one.quote} {number}"}) for one in true.problems for number in "12"]
        return FoundProblems(problems=[*false, *true.problems])

    world = World([a_post(one) for one in range(4)], answers)
    assert world.extract().kept == 4
    assert len(world.claude.asked) == 1 + 4


def test_the_post_of_our_own_is_never_stored() -> None:
    world = World([a_post(0)], refusing("reddit:p000"))
    world.extract()
    assert not any(CONTROL.id in key for key in world.stored())
