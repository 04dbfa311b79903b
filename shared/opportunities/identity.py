"""Decides which opportunity a new problem belongs to, so that a card keeps its identity from scan to scan."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from shared.opportunities.background import Background, measure_background, shrink_mean
from shared.opportunities.clustering import MEMBER_FITS, TEXT_JOINS, THEMES_ARE_ONE, UNCLUSTERED, cluster
from shared.opportunities.density import Indexes, Vectors

LARGEST_SHARE = 0.30
SHARE_APPLIES_ABOVE = 12  # posts: fewer may form one theme whatever their share, as a small scan can be about one thing
TIGHTNESS_KEPT = 0.6  # the closeness a newcomer needs, as a share of the closeness of the opportunity's own problems


@dataclass(frozen=True, slots=True, eq=False)
class ProblemVector:
    """A problem in the form that clustering needs. `vector` is the unit-length embedding of the problem's statement."""

    problem_id: str
    voice: str
    vector: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class OpportunityCentroid:
    """The stored values of an opportunity by which its problems are recognised.

    `mean` is the plain mean of the unit vectors of the opportunity's problems. It is NOT normalised: its length says
    how tight the opportunity is. `voices` counts distinct voices.
    """

    opportunity_id: str
    mean: Vectors
    problems: int
    voices: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """The place of each new problem. An earlier unclustered problem appears in `created` if it has a theme now.

    `joined`: problem -> existing opportunity. `created`: new opportunity -> its founding problems, sorted.
    `unclustered`: the new and earlier problems that have no opportunity, sorted.
    """

    joined: dict[str, str]
    created: dict[str, list[str]]
    unclustered: list[str]


def make_opportunity_id(founding_problems: Iterable[str]) -> str:
    """The id of a new opportunity. The same founding problems give the same id, in any order."""
    return "opp_" + hashlib.sha256("\n".join(sorted(founding_problems)).encode()).hexdigest()[:16]


def compute_centroid(opportunity_id: str, problems: Sequence[ProblemVector]) -> OpportunityCentroid:
    """The centroid of all problems of one opportunity."""
    mean: Vectors = _stack(problems).sum(axis=0) / np.float32(len(problems))
    return OpportunityCentroid(opportunity_id, mean, len(problems), len({problem.voice for problem in problems}))


def limit_theme(posts: int) -> int:
    """How many of a scan's `posts` distinct posts one opportunity may hold."""
    return max(SHARE_APPLIES_ABOVE, int(LARGEST_SHARE * posts))


def assign(
    new: Sequence[ProblemVector],
    unclustered: Sequence[ProblemVector],
    existing: Sequence[OpportunityCentroid],
    scan_posts: int,
) -> Assignment:
    """Find a place for each of the `new` problems, none of which may belong to an opportunity already.

    `unclustered` are the earlier problems without an opportunity. `scan_posts` is the number of distinct posts of this
    scan, including posts without a problem: if it is 40 or more, no opportunity receives more than 30% of the posts.
    The order of the arguments' members does not matter. A new problem that is also in `unclustered` counts once.
    """
    earlier = {problem.problem_id: problem for problem in unclustered}
    fresh = {problem.problem_id: problem for problem in new if problem.problem_id not in earlier}
    if not fresh:
        return Assignment({}, {}, sorted(earlier))
    known = _Known(list(earlier.values()), list(fresh.values()), existing, scan_posts)
    placed = {problem_id: wish for problem_id, wish in known.collect_wishes().items() if problem_id in fresh}
    joined = known.admit(placed)
    # A problem that found no room waits: founding another opportunity on the same theme would only duplicate it.
    pool = [problem for key, problem in sorted({**earlier, **fresh}.items()) if key not in placed]
    created = {
        make_opportunity_id(members): members
        for members in _find_themes(pool, known.largest)
        if any(member in fresh for member in members) and not known.has(members)
    }
    themed = {member for members in created.values() for member in members}
    left = (earlier.keys() | fresh.keys()) - joined.keys() - themed
    return Assignment(joined, created, sorted(left))


def _find_themes(pool: Sequence[ProblemVector], largest: int) -> list[list[str]]:
    if not pool:
        return []
    labels = cluster(_stack(pool), [problem.voice for problem in pool], largest=largest).labels
    return [
        sorted(pool[int(index)].problem_id for index in np.flatnonzero(labels == theme))
        for theme in range(int(labels.max(initial=UNCLUSTERED)) + 1)
    ]


@dataclass(frozen=True, slots=True)
class _Wish:
    """The opportunity closest to a problem, and the closeness."""

    opportunity: int
    closeness: float


class _Known:
    """The problems and opportunities to compare with, on one scale of closeness."""

    def __init__(
        self,
        earlier: Sequence[ProblemVector],
        fresh: Sequence[ProblemVector],
        existing: Sequence[OpportunityCentroid],
        scan_posts: int,
    ) -> None:
        self._problems = {problem.problem_id: problem for problem in sorted([*earlier, *fresh], key=_read_problem_id)}
        self._existing = sorted(existing, key=lambda one: one.opportunity_id)
        self.largest = limit_theme(scan_posts)
        known_posts = scan_posts + len({one.voice for one in earlier}) + sum(one.voices for one in existing)
        self._largest_ever = limit_theme(known_posts)
        self._background = self._measure()
        self._themes, self._needed = self._stack_opportunities()

    def collect_wishes(self) -> dict[str, _Wish]:
        """The closest opportunity of each problem, for problems that are close enough to one."""
        if not self._existing:
            return {}
        closeness = self._centre(list(self._problems)) @ self._themes.T
        closeness = np.where(closeness >= self._needed, closeness, -1.0)
        best = closeness.argmax(axis=1)
        return {
            problem_id: _Wish(int(best[row]), float(closeness[row, best[row]]))
            for row, problem_id in enumerate(self._problems)
            if closeness[row, best[row]] > -1.0
        }

    def admit(self, wishes: dict[str, _Wish]) -> dict[str, str]:
        """Admit as many problems as each opportunity has room for, the closest first."""
        posts: dict[int, set[str]] = {}
        admitted: dict[str, str] = {}
        for problem_id, wish in sorted(wishes.items(), key=lambda item: (-item[1].closeness, item[0])):
            opportunity = self._existing[wish.opportunity]
            room = min(self.largest, self._largest_ever - opportunity.voices)
            of_scan = posts.setdefault(wish.opportunity, set())
            voice = self._problems[problem_id].voice
            if voice in of_scan or len(of_scan) < room:
                of_scan.add(voice)
                admitted[problem_id] = opportunity.opportunity_id
        return admitted

    def has(self, members: Sequence[str]) -> bool:
        """Whether a theme of these problems would duplicate an existing opportunity."""
        if not self._existing:
            return False
        closeness = self._themes @ self._centre(members).mean(axis=0)
        return bool((closeness >= np.maximum(self._needed, self._background.closeness(THEMES_ARE_ONE))).any())

    def _centre(self, problem_ids: Sequence[str]) -> Vectors:
        return self._background.subtract_centre(_stack([self._problems[key] for key in problem_ids]))

    def _measure(self) -> Background:
        problems = list(self._problems.values())
        vectors = _stack(problems)
        total = vectors.sum(axis=0)
        for opportunity in self._existing:
            total = total + opportunity.mean * opportunity.problems
        count = len(vectors) + sum(one.problems for one in self._existing)
        return measure_background(vectors, _number_names([one.voice for one in problems]), shrink_mean(total, count))

    def _stack_opportunities(self) -> tuple[Vectors, Vectors]:
        """Per opportunity: a vector, whose product with a centred problem is the mean cosine to the opportunity's own
        problems, and the least product that lets a problem join."""
        if not self._existing:
            return np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32)
        means = np.stack([one.mean for one in self._existing]).astype(np.float32)
        centre = self._background.centre
        # The average of |x - centre|² over the unit vectors x of an opportunity, computed from their stored mean alone
        lengths = np.sqrt(np.maximum(1.0 - 2.0 * means @ centre + centre @ centre, 1e-6))
        themes = (means - centre) / lengths[:, None]
        counts = np.asarray([max(one.problems, 2) for one in self._existing], dtype=np.float32)
        own = ((themes * themes).sum(axis=1) * counts - 1.0) / (counts - 1.0)
        # A newcomer must be nearly as close as the opportunity's own problems; bounds guard against loose
        # opportunities.
        fits = np.clip(own, self._background.closeness(MEMBER_FITS), self._background.closeness(TEXT_JOINS))
        needed = np.maximum(TIGHTNESS_KEPT * own, fits)
        return themes.astype(np.float32), needed.astype(np.float32)


def _read_problem_id(problem: ProblemVector) -> str:
    return problem.problem_id


def _stack(problems: Sequence[ProblemVector]) -> Vectors:
    return np.stack([problem.vector for problem in problems]).astype(np.float32)


def _number_names(names: Sequence[str]) -> Indexes:
    return np.unique(np.asarray(names), return_inverse=True)[1].astype(np.intp)
