"""The whole market scan over fakes, stage by stage, with a process that may die before any write."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from functions.market.cluster_problems.place import place
from functions.market.extract_problems.extract import Extraction, Extractor
from functions.market.save_opportunities.save import save
from functions.market.scan_posts.scan import scan
from functions.market.score_opportunities.score import Outcome, Scorer
from shared.opportunities.models import Post
from shared.opportunities.scan import Batch, Clustered, Saved, Scanned, ScanStart, Scored
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.claude import Answers, FakeClaude
from tests.fakes.market import FakeOpportunities, FakePostSource, FakeProblems, FakeSeenPosts, FakeSpend, Writes
from tests.fakes.market_posts import TROUBLES, honest


class FakeEmbedder:
    """Statements about the same trouble lie close together, others far apart."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in enumerate(texts):
            trouble = next((index for index, one in enumerate(TROUBLES) if one in text), len(TROUBLES))
            vectors[row, trouble] = 1.0
            vectors[row, 10 + sum(map(ord, text)) % 300] = 0.1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class MarketWorld:
    def __init__(self, answers: Answers = honest) -> None:
        self.writes = Writes()
        self.problems = FakeProblems(self.writes)
        self.opportunities = FakeOpportunities(self.problems)
        self.seen = FakeSeenPosts(self.writes)
        self.artifacts = FakeArtifacts()
        self.spend = FakeSpend()
        self.claude = FakeClaude(answers, billed=lambda use: self.spend.add(use.cost_microusd))
        self._number = 0

    def read(self, posts: Sequence[Post]) -> Scanned:
        """The first two stages of a new scan."""
        self._number += 1
        scanned, _ = scan(
            ScanStart(scan_id=f"s{self._number}"),
            sorted({f"{post.source}:{post.community}" for post in posts}),
            source=FakePostSource(list(posts)),
            seen=self.seen,
            spend=self.spend,
            artifacts=self.artifacts,
        )
        extractor = Extractor(self.claude, self.artifacts, "fast")
        for batch in self.artifacts.get_lines(scanned.batches_key, Batch):
            extractor.extract(batch, Extraction())
        return scanned

    def cluster(self, state: Scanned) -> Clustered:
        return place(
            state,
            embedder=FakeEmbedder(),
            opportunities=self.opportunities,
            problems=self.problems,
            artifacts=self.artifacts,
        )

    def score(self, state: Clustered) -> tuple[Scored, Outcome]:
        scorer = Scorer(
            claude=self.claude,
            artifacts=self.artifacts,
            opportunities=self.opportunities,
            problems=self.problems,
            model="fast",
        )
        return scorer.score(state)

    def save(self, state: Scored) -> Saved:
        return save(
            state,
            opportunities=self.opportunities,
            problems=self.problems,
            seen=self.seen,
            artifacts=self.artifacts,
        )[0]

    def run(self, posts: Sequence[Post]) -> Saved:
        return self.save(self.score(self.cluster(self.read(posts)))[0])

    def contents(self) -> tuple[object, object, object]:
        """What the stores hold, by id; versions are left out."""
        cards = {key: (one.card, one.problem_count) for key, one in self.opportunities.rows.items()}
        return cards, dict(self.problems.rows), dict(self.seen.rows) | dict(self.seen.texts)
