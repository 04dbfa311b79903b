"""Posts about one trouble each, and a model that finds exactly what they say."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from functions.market.extract_problems.extraction import FoundProblem, FoundProblems
from functions.market.score_opportunities.rating import OpportunityRating, RatedValue
from local.standins.reddit import posts as reddit
from shared.opportunities.models import Post

TROUBLES = ("find a manufacturer for soap", "write a contract for clients", "track inventory in the shop")


def a_post(number: int, **changes: Any) -> Post:
    trouble = TROUBLES[number % len(TROUBLES)]
    values: dict[str, Any] = {
        "id": f"reddit:p{number:03d}",
        "source": "reddit",
        "community": "Entrepreneur",
        "title": f"Question {number}",
        "text": f"I run a small shop. I cannot {trouble} number {number}. Thanks!",
        "created_utc": 1_360_000_000.0 + 1_000 * number,
        "url": f"https://www.reddit.com/r/Entrepreneur/comments/p{number:03d}/question/",
        **changes,
    }
    return Post.model_validate(values)


def as_read(post: reddit.Post) -> Post:
    """A post of a file as the adapter would give it."""
    return Post(
        id=f"reddit:{post.bare_id}",
        source="reddit",
        community=post.subreddit,
        title=post.title,
        text=post.selftext,
        created_utc=post.created_utc,
        url=post.address,
    )


def found_in(post: Mapping[str, Any]) -> FoundProblem:
    quote = next(one for one in post["text"].split(". ") if one.startswith("I cannot"))
    return FoundProblem(
        post_id=post["id"], quote=quote, statement=f"Trouble: {quote[9:]}.", sufferer="shop owners", workaround=""
    )


def honest(prompt: str, data: Mapping[str, Any], answer: type[BaseModel]) -> BaseModel:
    """Finds the sentence that begins with "I cannot", and rates everything 6 and 7, but a trifle and a burden."""
    if answer is FoundProblems:
        return FoundProblems(problems=[found_in(post) for post in data["posts"] if "I cannot" in post["text"]])
    assert answer is OpportunityRating, prompt
    first = data["problems"][0]
    value = 1 if "colour" in first["quote"] else 9 if "losing" in first["quote"] else None
    return OpportunityRating(
        title=first["statement"].rstrip(".")[:60],
        summary=f"They say: {first['quote']}",
        who="shop owners",
        current_solutions="",
        agent_idea=f"An agent that helps to {first['quote'][9:]}",
        urgency=RatedValue(value=value or 6, reason="they cannot go on"),
        monetization=RatedValue(value=value or 7, reason="they run a shop"),
    )
