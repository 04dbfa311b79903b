"""One batch of posts becomes problems. Every post is paid for once: what was found in it is kept by its content."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from functions.market.extract_problems.extraction import PROMPT, FoundProblems, check, question
from shared.adapters.artifacts import ArtifactMissing, Artifacts
from shared.adapters.claude import Answer, Claude, ModelAnswerInvalid, ModelRefused
from shared.agents.repository import ModelSpend
from shared.opportunities.models import Post, Problem
from shared.opportunities.scan import Batch, Extracted

TOKENS_PER_POST = 800
MAX_TOKENS = 32_000
GIVE_UP_AFTER = 5
UNREADABLE = "post_not_answered"


class FoundInPost(BaseModel):
    """What is kept of one post in S3. `model` is the one that answered."""

    post_id: str
    model: str
    problems: list[Problem]


@dataclass
class Extraction:
    """The outcome of a batch, for the metrics beside the state."""

    problems: list[Problem] = field(default_factory=list[Problem])
    dropped: Counter[str] = field(default_factory=Counter[str])
    neutralised: int = 0
    answers: list[Answer[Any]] = field(default_factory=list[Answer[Any]])


@dataclass(frozen=True)
class Extractor:
    claude: Claude
    artifacts: Artifacts
    spend: ModelSpend
    model: str

    def extract(self, batch: Batch) -> tuple[Extracted, Extraction]:
        """Raises what the model raises, but only if no post of the batch could be answered."""
        posts = self.artifacts.get_lines(batch.posts_key, Post)[batch.start : batch.end]
        outcome = Extraction()
        unread = [post for post in posts if not self._recall(post, outcome)]
        if unread:
            self._read(unread, outcome)
        key = f"scans/{batch.scan_id}/problems/{batch.start}.jsonl"
        outcome.problems.sort(key=lambda one: one.problem_id)
        self.artifacts.put_lines(key, outcome.problems)
        return Extracted(problems_key=key, kept=len(outcome.problems), dropped=dict(outcome.dropped)), outcome

    def _read(self, posts: Sequence[Post], outcome: Extraction) -> None:
        """All posts in one question; if that is refused or goes wrong, each alone: one cannot spoil the rest."""
        try:
            self._ask(posts, outcome)
        except (ModelRefused, ModelAnswerInvalid):
            if len(posts) == 1:
                raise
            self._read_singly(posts, outcome)

    def _read_singly(self, posts: Sequence[Post], outcome: Extraction) -> None:
        answered = 0
        failed: list[Exception] = []
        for post in posts:
            try:
                self._ask([post], outcome)
                answered += 1
            except (ModelRefused, ModelAnswerInvalid) as error:
                failed.append(error)
                if not answered and len(failed) == min(GIVE_UP_AFTER, len(posts)):
                    raise
        outcome.dropped[UNREADABLE] += len(failed)

    def _ask(self, posts: Sequence[Post], outcome: Extraction) -> None:
        room = min(MAX_TOKENS, TOKENS_PER_POST * len(posts))
        answer = self.claude.ask(PROMPT, question(posts), FoundProblems, model=self.model, max_tokens=room)
        self.spend.add(answer.cost_microusd)
        outcome.answers.append(answer)
        checked = check(answer.value.problems, posts)
        outcome.dropped.update(checked.dropped)
        outcome.neutralised += checked.neutralised
        outcome.problems.extend(checked.kept)
        for post in posts:
            own = [problem for problem in checked.kept if problem.post_id == post.id]
            found = FoundInPost(post_id=post.id, model=answer.model, problems=own)
            self.artifacts.put_model(_key(post), found)

    def _recall(self, post: Post, outcome: Extraction) -> bool:
        try:
            found = self.artifacts.get_model(_key(post), FoundInPost)
        except ArtifactMissing:
            return False
        outcome.problems.extend(found.problems)
        return True


def _key(post: Post) -> str:
    content = hashlib.sha256(f"{post.title}\n{post.selftext}".encode()).hexdigest()[:24]
    return f"scans/posts/{post.id}/{content}.json"
