"""The question to the model about a batch of posts, and the check of its answer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel

from shared.opportunities.models import Post, Problem
from shared.opportunities.quotes import find_fault, make_problem_id, trim
from shared.opportunities.voices import make_voice
from shared.untrusted_text.wording import fits, make_plain

PROMPT = "extract_problems"
PER_POST = 3
STATEMENT_CHARACTERS = 200
SUFFERER_CHARACTERS = 80
WORKAROUND_CHARACTERS = 160


class FoundProblem(BaseModel):
    """One problem as the model reports it. It is not asked for the address: that is the post's own."""

    post_id: str
    quote: str
    statement: str
    sufferer: str
    workaround: str


class FoundProblems(BaseModel):
    problems: list[FoundProblem]


class ProblemFault(StrEnum):
    """Why a reported problem is dropped, beyond the faults of its quote (`QuoteFault`)."""

    UNKNOWN_POST = "unknown_post"
    TOO_MANY = "too_many_for_a_post"
    OVERLAPS = "overlaps_another"
    STATEMENT_FOREIGN = "statement_not_from_the_post"


@dataclass
class Checked:
    """`neutralised` counts fields that were kept after markup, links or invisible characters were removed."""

    kept: list[Problem] = field(default_factory=list[Problem])
    dropped: Counter[str] = field(default_factory=Counter[str])
    neutralised: int = 0


def write_question(posts: Sequence[Post]) -> dict[str, object]:
    """The question, with only what the model needs: no dates and no addresses."""
    return {
        "posts": [
            {"id": post.id, "community": post.community, "title": post.title, "text": post.text} for post in posts
        ]
    }


def check(found: Iterable[FoundProblem], posts: Sequence[Post]) -> Checked:
    """Keep the findings that the posts support. If there are too many, the first in the answer are kept."""
    by_id = {post.id: post for post in posts}
    checked = Checked()
    for one in found:
        post = by_id.get(one.post_id)
        if post is None:
            checked.dropped[ProblemFault.UNKNOWN_POST] += 1
            continue
        _check_one(one, post, checked)
    return checked


def _check_one(found: FoundProblem, post: Post, checked: Checked) -> None:
    quote = trim(found.quote)
    fault = find_fault(quote, post) or _find_clash(quote, [kept for kept in checked.kept if kept.post_id == post.id])
    if fault is not None:
        checked.dropped[fault] += 1
        return
    statement = make_plain(found.statement, STATEMENT_CHARACTERS)
    sources = (post.title, post.text)
    if not fits(statement.text, sources):
        checked.dropped[ProblemFault.STATEMENT_FOREIGN] += 1
        return
    sufferer, workaround = (
        make_plain(found.sufferer, SUFFERER_CHARACTERS),
        make_plain(found.workaround, WORKAROUND_CHARACTERS),
    )
    checked.neutralised += sum(text.changed for text in (statement, sufferer, workaround))
    checked.kept.append(
        Problem(
            problem_id=make_problem_id(post.id, quote),
            post_id=post.id,
            voice=make_voice(post),
            source=post.source,
            community=post.community,
            url=post.url,
            created_utc=post.created_utc,
            quote=quote,
            statement=statement.text,
            sufferer=sufferer.text,
            workaround=workaround.text if fits(workaround.text, sources) else "",
        )
    )


def _find_clash(quote: str, others: Sequence[Problem]) -> ProblemFault | None:
    if len(others) >= PER_POST:
        return ProblemFault.TOO_MANY
    if any(quote in other.quote or other.quote in quote for other in others):
        return ProblemFault.OVERLAPS
    return None
