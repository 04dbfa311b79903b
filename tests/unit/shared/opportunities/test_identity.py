"""Cards keep their identity: new problems find the opportunity they belong to, scan after scan."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.opportunities.density import Vectors
from shared.opportunities.identity import (
    Assignment,
    OpportunityCentroid,
    ProblemVector,
    assign,
    compute_centroid,
    limit_theme,
    make_opportunity_id,
)
from tests.fakes.vectors import Space


def problems(prefix: str, vectors: Vectors, *, posts: Sequence[str] | None = None) -> list[ProblemVector]:
    return [
        ProblemVector(f"prb_{prefix}{number:03}", posts[number] if posts else f"post_{prefix}{number:03}", vector)
        for number, vector in enumerate(vectors)
    ]


def ids(some: Sequence[ProblemVector]) -> list[str]:
    return sorted(problem.problem_id for problem in some)


@dataclass
class Market:
    """What the tables remember between two scans."""

    members: dict[str, list[ProblemVector]] = field(default_factory=dict)
    unclustered: list[ProblemVector] = field(default_factory=list)

    def existing(self) -> list[OpportunityCentroid]:
        return [compute_centroid(key, members) for key, members in self.members.items()]

    def scan(self, new: Sequence[ProblemVector], posts: int | None = None) -> Assignment:
        found = assign(new, self.unclustered, self.existing(), posts or len({one.voice for one in new}))
        known = {one.problem_id: one for one in [*self.unclustered, *new]}
        for problem_id, key in found.joined.items():
            self.members[key].append(known[problem_id])
        for key, members in found.created.items():
            assert key not in self.members
            self.members[key] = [known[member] for member in members]
        self.unclustered = [known[problem_id] for problem_id in found.unclustered]
        return found


def test_first_scan_makes_opportunities_and_leaves_the_rest_unclustered() -> None:
    space = Space()
    invoices, shipping, other = (
        problems("a", space.theme(6)),
        problems("b", space.theme(4)),
        problems("c", space.unrelated(40)),
    )
    found = assign([*invoices, *shipping, *other], [], [], scan_posts=50)
    assert not found.joined
    assert sorted(found.created.values()) == [ids(invoices), ids(shipping)]
    assert found.unclustered == ids(other)


def test_later_problems_join_the_opportunity_they_belong_to() -> None:
    space = Space()
    one, other = space.middle(), space.middle()
    market = Market()
    market.scan([*problems("a", space.around(one, 5)), *problems("b", space.around(other, 5))], posts=100)
    before = {key: len(members) for key, members in market.members.items()}
    later = [
        *problems("c", space.around(one, 4)),
        *problems("d", space.around(other, 3)),
        *problems("e", space.unrelated(30)),
    ]
    found = market.scan(later, posts=60)
    assert not found.created
    assert len(found.joined) == 7
    assert {key: len(members) - before[key] for key, members in market.members.items()} == {
        make_opportunity_id(ids(problems("a", space.unrelated(5)))): 4,
        make_opportunity_id(ids(problems("b", space.unrelated(5)))): 3,
    }
    assert found.unclustered == ids(problems("e", space.unrelated(30)))


def test_earlier_unclustered_problems_found_an_opportunity_once_there_are_enough() -> None:
    space = Space()
    middle = space.middle()
    market = Market()
    early = problems("a", space.around(middle, 2))
    assert not market.scan([*early, *problems("x", space.unrelated(30))]).created
    late = problems("b", space.around(middle, 2))
    found = market.scan([*late, *problems("y", space.unrelated(30))])
    assert list(found.created.values()) == [ids([*early, *late])]


def test_giving_the_same_problems_again_changes_nothing() -> None:
    space = Space()
    market = Market()
    first = [*problems("a", space.theme(5)), *problems("x", space.unrelated(30))]
    market.scan(first)
    unclustered = list(market.unclustered)
    again = market.scan([one for one in first if one.problem_id.startswith("prb_x")])
    assert again == Assignment({}, {}, ids(unclustered))
    assert market.scan([], posts=35) == Assignment({}, {}, ids(unclustered))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_everything_does_not_matter(seed: int) -> None:
    space = Space(seed)
    middles = [space.middle() for _ in range(4)]
    existing = [
        compute_centroid(f"opp_{number}", problems(f"o{number}", space.around(middle, 5)))
        for number, middle in enumerate(middles)
    ]
    unclustered = problems("u", np.concatenate([space.theme(2), space.unrelated(20)]))
    new = problems(
        "n", np.concatenate([*(space.around(middle, 3) for middle in middles), space.theme(5), space.unrelated(20)])
    )
    before = assign(new, unclustered, existing, scan_posts=40)
    for sequence in (new, unclustered, existing):
        random.Random(seed).shuffle(sequence)
    assert assign(new, unclustered, existing, scan_posts=40) == before


def test_no_opportunity_receives_more_than_its_share_of_a_scan() -> None:
    space = Space()
    middle = space.middle()
    existing = [
        compute_centroid("opp_a", problems("a", space.around(middle, 30, closeness=0.8))),
        *(compute_centroid(f"opp_b{number}", problems(f"b{number}", space.theme(20))) for number in range(5)),
    ]
    new = [*problems("n", space.around(middle, 40, closeness=0.8)), *problems("x", space.unrelated(20))]
    found = assign(new, [], existing, scan_posts=60)
    assert set(found.joined.values()) == {"opp_a"}
    assert len(found.joined) == 18
    assert not found.created  # a second card on the same theme would only double it
    assert len(found.unclustered) == 42


def test_an_opportunity_that_holds_its_share_of_everything_known_takes_no_more() -> None:
    space = Space()
    middle = space.middle()
    existing = [compute_centroid("opp_a", problems("a", space.around(middle, 30, closeness=0.8)))]
    new = [*problems("n", space.around(middle, 10, closeness=0.8)), *problems("x", space.unrelated(30))]
    assert not assign(new, [], existing, scan_posts=40).joined


def test_no_new_opportunity_holds_more_than_its_share_of_a_scan() -> None:
    space = Space()
    new = [*problems("n", space.theme(45, closeness=0.8)), *problems("x", space.unrelated(15))]
    found = assign(new, [], [], scan_posts=60)
    assert found.created
    assert max(len(members) for members in found.created.values()) <= 18


def test_small_scans_in_a_row_do_not_add_up_to_more_than_the_share() -> None:
    space = Space()
    middle = space.middle()
    market = Market()
    market.scan([*problems("a", space.around(middle, 15)), *problems("x", space.unrelated(35))], posts=50)
    for number in range(5):
        market.scan(problems(f"n{number}", space.around(middle, 10)), posts=10)
    assert max(len(members) for members in market.members.values()) <= 0.3 * 100


def test_a_small_scan_may_be_about_one_thing() -> None:
    new = problems("a", Space().theme(8))
    assert list(assign(new, [], [], scan_posts=8).created.values()) == [ids(new)]


@pytest.mark.parametrize(("posts", "largest"), [(1, 12), (40, 12), (50, 15), (99, 29), (100, 30), (1000, 300)])
def test_the_share_never_exceeds_30_percent_of_50_posts_or_more(posts: int, largest: int) -> None:
    assert limit_theme(posts) == largest


def test_the_share_counts_posts_not_problems() -> None:
    space = Space()
    middle = space.middle()
    existing = [
        compute_centroid("opp_a", problems("a", space.around(middle, 9, closeness=0.8), posts=list("aaabbbccc")))
    ]
    new = problems("n", space.around(middle, 30, closeness=0.8), posts=[f"post{number // 3}" for number in range(30)])
    assert len(assign([*new, *problems("x", space.unrelated(40))], [], existing, scan_posts=50).joined) == 30


def test_an_opportunity_takes_in_only_what_fits_its_own_tightness() -> None:
    space = Space()
    middle = space.middle()
    tight = compute_centroid("opp_tight", problems("t", space.around(middle, 8, closeness=0.95)))
    near = problems("n", space.around(0.55 * middle + 0.83 * space.middle(), 1, closeness=0.95))
    crowd = problems("x", space.unrelated(60))
    assert not assign([*near, *crowd], [], [tight], scan_posts=61).joined


def test_two_opportunities_stay_two_even_if_problems_fall_between_them() -> None:
    space = Space()
    one, other = space.middle(), space.middle()
    existing = [
        compute_centroid("opp_one", problems("a", space.around(one, 8, closeness=0.8))),
        compute_centroid("opp_other", problems("b", space.around(other, 8, closeness=0.8))),
    ]
    between = problems("n", space.around((one + other) / 2**0.5, 6, closeness=0.8))
    found = assign([*between, *problems("x", space.unrelated(40))], [], existing, scan_posts=46)
    assert set(found.joined.values()) <= {"opp_one", "opp_other"}
    assert not set(found.created) & {"opp_one", "opp_other"}
    assert sorted(
        [*found.joined, *(one for group in found.created.values() for one in group), *found.unclustered]
    ) == sorted(ids(between) + [f"prb_x{number:03}" for number in range(40)])


def test_a_new_opportunity_has_the_same_id_whoever_finds_it() -> None:
    assert make_opportunity_id(["prb_b", "prb_a"]) == make_opportunity_id(["prb_a", "prb_b"]) == "opp_08f3508f3ce7c73d"
    assert make_opportunity_id(["prb_a"]) != make_opportunity_id(["prb_b"])


def test_centroid_grows_by_its_parts() -> None:
    members = problems("a", Space().theme(7), posts=list("aabbccd"))
    whole = compute_centroid("opp_a", members)
    parts = [compute_centroid("opp_a", members[:3]), compute_centroid("opp_a", members[3:])]
    mean = sum((part.mean * part.problems for part in parts), np.zeros(384, dtype=np.float32)) / whole.problems
    np.testing.assert_allclose(mean, whole.mean, atol=1e-6)
    assert (whole.problems, whole.voices) == (7, 4)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_is_scanned_every_problem_has_one_place_and_no_card_takes_over(data: st.DataObject) -> None:
    space = Space(data.draw(st.integers(0, 1000)))
    middles = [space.middle() for _ in range(3)]
    market = Market()
    for number in range(data.draw(st.integers(1, 4))):
        sizes = data.draw(st.tuples(*[st.integers(0, 30)] * 3))
        vectors = np.concatenate(
            [space.around(middle, size, closeness=0.7) for middle, size in zip(middles, sizes, strict=True)]
            + [space.unrelated(data.draw(st.integers(1, 30)))]
        )
        new = problems(f"{number}_", vectors)
        posts = data.draw(st.integers(len(new), 2 * len(new)))
        waiting = {one.problem_id for one in market.unclustered}
        before = {key: ids(members) for key, members in market.members.items()}
        found = market.scan(new, posts)
        created = [one for members in found.created.values() for one in members]
        placed = [*found.joined, *created, *found.unclustered]
        assert sorted(placed) == sorted({*ids(new), *waiting})
        assert not waiting & set(found.joined)
        for key, members in market.members.items():
            assert set(before.get(key, [])) <= set(ids(members))
            fresh = [one for one in members if one.problem_id not in {*waiting, *before.get(key, [])}]
            assert len(fresh) <= max(12, 0.3 * posts)
    assert market.scan([]) == Assignment({}, {}, ids(market.unclustered))
