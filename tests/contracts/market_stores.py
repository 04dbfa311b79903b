"""What every store of problems, of seen posts and of the model's spend promises: for the tables and for the fakes."""

from concurrent.futures import ThreadPoolExecutor

from shared.billing.spend import ModelSpend
from shared.opportunities.repository import UNCLUSTERED, Problems, SeenPosts
from tests.fakes.opportunity_changes import a_stored_problem


class ProblemsContract:
    """A subclass gives the fixture `problems`: an empty store."""

    def test_problems_are_added_once_and_read_in_order(self, problems: Problems) -> None:
        found = [a_stored_problem(number, UNCLUSTERED) for number in (3, 1, 2)]
        assert problems.add_unclustered(found) == 3
        assert problems.add_unclustered([*found, a_stored_problem(4, UNCLUSTERED)]) == 1
        stored = problems.of_opportunity(UNCLUSTERED)
        assert [one.problem.problem_id for one in stored] == [f"prb_{number:04d}" for number in range(1, 5)]

    def test_only_what_is_there_is_found(self, problems: Problems) -> None:
        problems.add_unclustered([a_stored_problem(1, UNCLUSTERED)])
        assert set(problems.get_many(["prb_0001", "prb_0009"])) == {"prb_0001"}
        assert problems.get_many([]) == {}
        assert list(problems.of_opportunity("opp_none")) == []


class SeenPostsContract:
    """A subclass gives the fixture `seen`: an empty store."""

    def test_posts_are_marked_once_with_what_was_found_in_them(self, seen: SeenPosts) -> None:
        posts = {f"p{number}": [f"prb_{number}"] if number % 2 else [] for number in range(250)}
        seen.add(posts, {})
        seen.add(posts | {"p1": ["prb_9"]}, {})
        assert seen.find_known([*posts, "other"]) == set(posts)
        assert seen.problems_of(["p1", "p2", "other"]) == {"p1": ("prb_1",), "p2": ()}

    def test_a_text_stays_that_of_the_post_that_was_read_first(self, seen: SeenPosts) -> None:
        seen.add({"p1": []}, {"text:a": "p1"})
        seen.add({"p2": []}, {"text:a": "p2", "text:b": "p2"})
        assert seen.first_with(["text:a", "text:b", "text:c", "p1"]) == {"text:a": "p1", "text:b": "p2"}


class ModelSpendContract:
    """A subclass gives the fixture `spend`: nothing spent, and a cap of one cent, which is 10,000 micro-dollars."""

    def test_the_cap_is_reached_when_so_much_is_spent(self, spend: ModelSpend) -> None:
        assert not spend.is_exceeded()
        spend.add(9_999)
        assert not spend.is_exceeded()
        spend.add(1)
        assert spend.is_exceeded()

    def test_what_costs_nothing_or_less_changes_nothing(self, spend: ModelSpend) -> None:
        spend.add(10_000)
        spend.add(0)
        spend.add(-10_000)
        assert spend.is_exceeded()

    def test_nothing_is_lost_between_many_at_once(self, spend: ModelSpend) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: spend.add(2_500), range(4)))
        assert spend.is_exceeded()
