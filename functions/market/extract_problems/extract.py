"""Extracts problems from one batch of posts. Every post is paid for once: its findings are stored under its content."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from functions.market.extract_problems.extraction import PROMPT, Checked, FoundProblems, check, write_question
from functions.market.extract_problems.trust import CONTROL, count_refused, is_borne_out
from shared.adapters.artifacts import ArtifactMissing, Artifacts
from shared.adapters.claude import Answer, Claude, ModelAnswerInvalid, ModelRefused
from shared.opportunities.errors import ModelNotTrusted
from shared.opportunities.models import Post, Problem
from shared.opportunities.scan import Batch, Extracted

TOKENS_PER_POST = 800
MAX_TOKENS = 32_000
GIVE_UP_AFTER = 5
UNREADABLE = "post_not_answered"
USELESS = (ModelRefused, ModelAnswerInvalid, ModelNotTrusted)
"""Failures that a retry with the same text would only repeat."""


class FoundInPost(BaseModel):
    """The stored findings of one post in S3. `model` is the model that answered."""

    post_id: str
    model: str
    problems: list[Problem]


@dataclass
class Extraction:
    """The result of a batch for the metrics, kept apart from the state so that it is known even if the batch fails.

    `unused` counts the answers that the posts did not support; their faults are also counted in `dropped`.
    """

    problems: list[Problem] = field(default_factory=list[Problem])
    dropped: Counter[str] = field(default_factory=Counter[str])
    neutralised: int = 0
    unused: int = 0


@dataclass(frozen=True)
class Reading:
    """A usable answer, and the posts that it is about."""

    posts: Sequence[Post]
    checked: Checked
    model: str


@dataclass(frozen=True)
class Extractor:
    claude: Claude
    artifacts: Artifacts
    model: str

    def extract(self, batch: Batch, outcome: Extraction) -> Extracted:
        """Raises the model's error or ModelNotTrusted, but only if the model is at fault and not the posts."""
        posts = self.artifacts.get_lines(batch.posts_key, Post, (batch.first_byte, batch.bytes))
        unread = [post for post in posts if not self._recall(post, outcome)]
        if unread:
            self._read(unread, outcome)
        key = batch.problems_key
        outcome.problems.sort(key=lambda one: one.problem_id)
        self.artifacts.put_lines(key, outcome.problems)
        return Extracted(problems_key=key, kept=len(outcome.problems), dropped=dict(outcome.dropped))

    def _read(self, posts: Sequence[Post], outcome: Extraction) -> None:
        """Ask about all posts at once. If the answer is useless, ask about each alone, so that one post cannot spoil
        the rest.
        """
        if len(posts) == 1:
            return self._read_singly(posts, outcome)
        try:
            self._keep(self._ask(posts, outcome), outcome)
        except USELESS as error:
            self._read_singly(posts, outcome, error)

    def _read_singly(self, posts: Sequence[Post], outcome: Extraction, doubt: Exception | None = None) -> None:
        """Ask about each post alone. A post without a useful answer is given up, but only if the model has proved that
        it can read.

        Until then, its answers that a post holds no problem are not stored either.
        """
        failed: list[Exception] = []
        waiting: list[Reading] = []
        proven = False
        for number, post in enumerate(posts, 1):
            try:
                waiting.append(self._ask([post], outcome))
            except USELESS as error:
                failed.append(error)
            doubt = failed[-1] if failed else doubt
            proven = proven or any(one.checked.kept for one in waiting)
            if doubt and not proven and (len(failed) == GIVE_UP_AFTER or number == len(posts)):
                if not self._can_read():
                    raise _accuse(doubt, outcome) from doubt
                proven = True
            while waiting and (proven or not doubt):
                self._keep(waiting.pop(), outcome)
        outcome.dropped.update(UNREADABLE for error in failed if not isinstance(error, ModelNotTrusted))

    def _ask(self, posts: Sequence[Post], outcome: Extraction) -> Reading:
        """Raises ModelNotTrusted if the posts do not support the answer."""
        answer = self._answer(posts)
        checked = check(answer.value.problems, posts)
        outcome.dropped.update(checked.dropped)
        if not is_borne_out(checked, alone=len(posts) == 1):
            outcome.unused += 1
            raise ModelNotTrusted(f"{PROMPT}: {len(checked.kept)} findings hold, {count_refused(checked)} do not")
        return Reading(posts, checked, answer.model)

    def _keep(self, reading: Reading, outcome: Extraction) -> None:
        outcome.neutralised += reading.checked.neutralised
        outcome.problems.extend(reading.checked.kept)
        for post in reading.posts:
            own = [problem for problem in reading.checked.kept if problem.post_id == post.id]
            self.artifacts.put_model(_make_key(post), FoundInPost(post_id=post.id, model=reading.model, problems=own))

    def _can_read(self) -> bool:
        """Whether the model finds the problem in the control post, after it gave no useful answer about any
        other post.
        """
        try:
            return bool(check(self._answer([CONTROL]).value.problems, [CONTROL]).kept)
        except USELESS:
            return False

    def _answer(self, posts: Sequence[Post]) -> Answer[FoundProblems]:
        room = min(MAX_TOKENS, TOKENS_PER_POST * len(posts))
        return self.claude.ask(PROMPT, write_question(posts), FoundProblems, model=self.model, max_tokens=room)

    def _recall(self, post: Post, outcome: Extraction) -> bool:
        try:
            found = self.artifacts.get_model(_make_key(post), FoundInPost)
        except ArtifactMissing:
            return False
        outcome.problems.extend(found.problems)
        return True


def _accuse(error: Exception, outcome: Extraction) -> Exception:
    """The error of the batch. If the model reported falsehoods, the error lists them all."""
    if not isinstance(error, ModelNotTrusted):
        return error
    reasons = ", ".join(f"{reason} {number}" for reason, number in outcome.dropped.most_common())
    return ModelNotTrusted(
        f"{PROMPT}: {outcome.unused} answers about a batch of posts are not used, because their findings are not borne "
        f"out by the posts ({reasons}) and the model misread a plain post of our own as well"
    )


def _make_key(post: Post) -> str:
    content = hashlib.sha256(f"{post.title}\n{post.text}".encode()).hexdigest()[:24]
    return f"scans/posts/{post.id.replace(':', '/')}/{content}.json"
