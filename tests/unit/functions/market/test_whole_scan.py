"""Five stages over stores that count their writes: repeated, interrupted anywhere, grown, and overtaken."""

import pytest

from shared.opportunities.errors import MarketChanged
from shared.opportunities.repository import TOP_PROBLEMS, UNCLUSTERED
from shared.opportunities.scoring import rank_of
from tests.fakes.market import Crash
from tests.fakes.market_posts import a_post
from tests.fakes.market_world import MarketWorld

POSTS = [a_post(one) for one in range(24)]

CONTROLS = 2
"""Opportunities of our own that are rated before those of a scan."""


def test_posts_about_three_troubles_make_three_opportunities() -> None:
    world = MarketWorld()
    saved = world.run(POSTS)
    assert (saved.post_count, saved.saved, saved.unchanged) == (24, 3, 0)
    for stored in world.opportunities.rows.values():
        members = world.problems.of_opportunity(stored.card.opportunity_id)
        assert stored.problem_count == stored.card.frequency.voices == len(members)
        assert stored.card.score == pytest.approx(stored.card.frequency.value * 42, abs=0.1)
        assert stored.card.urgency.model == "fake-model"
    assert set(world.seen.rows) == {post.id for post in POSTS}


def test_scanning_the_same_posts_again_writes_and_asks_nothing() -> None:
    world = MarketWorld()
    world.run(POSTS)
    before, writes, asked = world.contents(), world.writes.done, len(world.claude.asked)
    saved = world.run(POSTS)
    assert (saved.post_count, saved.saved, saved.unchanged) == (0, 0, 0)
    assert (world.contents(), world.writes.done, len(world.claude.asked)) == (before, writes, asked)


def test_a_crash_before_any_write_loses_and_doubles_nothing_whoever_comes_next() -> None:
    whole = MarketWorld()
    whole.run(POSTS)
    for number in range(1, whole.writes.done + 1):
        for new_scan in (False, True):
            world = MarketWorld()
            scored = world.score(world.cluster(world.read(POSTS)))[0]
            world.writes.crash_at = number
            with pytest.raises(Crash):
                world.save(scored)
            world.writes.crash_at = None
            if new_scan:
                asked = len(world.claude.asked)
                world.run(POSTS)
                assert world.claude.asked[asked:].count("extract_problems") == 0
            else:
                world.save(scored)
            assert world.contents() == whole.contents(), f"crash before write {number}, new scan: {new_scan}"


def test_no_card_takes_more_than_its_share_of_a_scan_even_after_a_crash() -> None:
    alike = [a_post(3 * one) for one in range(60)]
    world = MarketWorld()
    scored = world.score(world.cluster(world.read(alike)))[0]
    world.writes.crash_at = 2
    with pytest.raises(Crash):
        world.save(scored)
    world.writes.crash_at = None
    world.run(alike)
    assert world.opportunities.rows
    for key in world.opportunities.rows:
        assert len({one.problem.voice for one in world.problems.of_opportunity(key)}) <= 0.3 * len(alike)


def test_new_problems_join_the_card_they_belong_to() -> None:
    world = MarketWorld()
    world.run(POSTS)
    before = {key: one.problem_count for key, one in world.opportunities.rows.items()}
    world.run([a_post(one) for one in range(24, 33)])
    after = {key: one.problem_count for key, one in world.opportunities.rows.items()}
    assert set(after) == set(before)
    assert all(after[key] > before[key] for key in before)


def test_a_card_that_hardly_grew_keeps_its_words_and_is_not_rated_again() -> None:
    world = MarketWorld()
    world.run(POSTS)
    asked = world.claude.asked.count("rate_opportunity")
    titles = {key: one.card.title for key, one in world.opportunities.rows.items()}
    world.run([a_post(24)])
    assert world.claude.asked.count("rate_opportunity") == asked
    assert {key: one.card.title for key, one in world.opportunities.rows.items()} == titles
    world.run([a_post(one) for one in range(25, 60)])
    assert world.claude.asked.count("rate_opportunity") == asked + CONTROLS + 3


@pytest.mark.parametrize("created_utc", [1.0, 1_763_000_000.0, 4_000_000_000.0])
def test_posts_of_another_time_change_neither_the_worth_nor_the_order_of_the_other_cards(created_utc: float) -> None:
    world = MarketWorld()
    world.run(POSTS)
    before = {key: (one.card.score, rank_of(one.card)) for key, one in world.opportunities.rows.items()}
    assert all(score > 0 for score, _ in before.values())
    writes = world.writes.done
    world.run([a_post(900, text="Something else entirely.", created_utc=created_utc, title="Hi")])
    assert {key: (one.card.score, rank_of(one.card)) for key, one in world.opportunities.rows.items()} == before
    assert world.writes.done == writes + 2, "the post and its text, and no card"


def test_one_text_posted_everywhere_is_one_voice_and_makes_no_card() -> None:
    world = MarketWorld()
    text = "I run a bike shop. I cannot track inventory in the shop. Thanks!"
    copies = [a_post(one, title="Help", text=text + " " * one, community=f"shop{one}") for one in range(8)]
    saved = world.run(copies)
    assert (saved.post_count, saved.saved) == (1, 0)
    assert len(world.problems.rows) == 1
    assert world.run([a_post(20, title="help!", text=text, community="later")]).post_count == 0


def test_one_author_is_one_voice_whatever_he_writes() -> None:
    world = MarketWorld()
    world.run([a_post(3 * one, author="a1" if one < 6 else "") for one in range(8)])
    assert len({one.problem.voice for one in world.problems.rows.values()}) == 3
    for stored in world.opportunities.rows.values():
        assert stored.card.frequency.voices <= 3


def test_of_two_scans_at_once_the_slower_is_clustered_again_and_nothing_is_doubled() -> None:
    world = MarketWorld()
    one, two = world.read(POSTS[:18]), world.read(POSTS[6:])
    first, second = world.score(world.cluster(one))[0], world.score(world.cluster(two))[0]
    world.save(first)
    with pytest.raises(MarketChanged):
        world.save(second)
    world.save(world.score(world.cluster(two))[0])
    owners = [one.opportunity_id for one in world.problems.rows.values()]
    assert len(owners) == 24
    for key, stored in world.opportunities.rows.items():
        assert stored.problem_count == owners.count(key)
    assert set(owners) - {UNCLUSTERED} == set(world.opportunities.rows)
    assert set(world.seen.rows) == {post.id for post in POSTS}


def test_a_large_card_holds_its_newest_problems_only() -> None:
    world = MarketWorld()
    world.run(POSTS)
    world.run([a_post(one) for one in range(24, 90)])
    stored = list(world.opportunities.rows.values())
    assert max(one.problem_count for one in stored) > TOP_PROBLEMS
    for one in stored:
        assert len(one.card.problems) == min(one.problem_count, TOP_PROBLEMS)
        assert one.card.frequency.voices == one.problem_count
