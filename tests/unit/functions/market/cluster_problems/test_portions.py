"""A scan that is too large to be compared at once is placed in portions."""

import numpy as np

from functions.market.cluster_problems.portions import assign_in_portions
from shared.opportunities.identity import ProblemVector, assign


def some_problems(count: int, themes: int = 4) -> list[ProblemVector]:
    random = np.random.default_rng(1)
    middles = random.normal(size=(themes, 384))
    vectors = middles[np.arange(count) % themes] + 0.6 * random.normal(size=(count, 384))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return [ProblemVector(f"prb_{number:04}", f"voice {number}", vectors[number]) for number in range(count)]


def test_one_portion_is_placed_as_ever() -> None:
    problems = some_problems(60)
    assert assign_in_portions(problems[10:], problems[:10], [], 50) == assign(problems[10:], problems[:10], [], 50)
    assert assign_in_portions([], problems[:10], [], 50) == assign([], problems[:10], [], 50)


def test_later_portions_join_what_earlier_ones_founded_and_nothing_is_lost_or_doubled() -> None:
    problems = some_problems(160)
    found = assign_in_portions(problems, [], [], 160, portion=40)
    founders = [one for own in found.created.values() for one in own]
    assert len(found.created) == 4, "four themes, however many portions"
    assert found.joined == {}, "there was nothing to join before this scan"
    assert sorted([*founders, *found.unclustered]) == [one.problem_id for one in problems]
    assert len(founders) > 120
