"""Wiring of the scan: its sources, and the tables of problems and opportunities."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.embeddings import Embeddings
    from shared.adapters.opportunities_table import OpportunitiesTable
    from shared.adapters.problems_table import ProblemsTable
    from shared.adapters.reddit_posts import RedditPosts
    from shared.adapters.seen_posts_table import SeenPostsTable
    from shared.opportunities.sources import PostSource


@cache
def post_source() -> "PostSource":
    """All sources that a scan's request can name."""
    from shared.opportunities.sources import PostSources

    return PostSources({"reddit": _reddit_posts})


@cache
def _reddit_posts() -> "RedditPosts":
    from shared.adapters.reddit_posts import RedditPosts
    from shared.adapters.secrets import read_secret

    secret = read_secret(settings().reddit_secret)
    return RedditPosts(
        client_id=secret["client_id"],
        client_secret=secret["client_secret"],
        user_agent=secret["user_agent"],
        url=settings().reddit_url,
    )


@cache
def embeddings() -> "Embeddings":
    from pathlib import Path

    from shared.adapters.embeddings import Embeddings

    return Embeddings(Path(settings().embedder_model))


@cache
def opportunities() -> "OpportunitiesTable":
    """The table of opportunities, for reading and leasing."""
    from shared.adapters.opportunities_table import OpportunitiesTable

    return OpportunitiesTable(settings().opportunities_table)


@cache
def saving_opportunities() -> "OpportunitiesTable":
    """Like `opportunities`, but also able to save cards, which also writes the table of problems."""
    from shared.adapters.opportunities_table import OpportunitiesTable

    return OpportunitiesTable(settings().opportunities_table, settings().problems_table)


@cache
def problems() -> "ProblemsTable":
    from shared.adapters.problems_table import ProblemsTable

    return ProblemsTable(settings().problems_table)


@cache
def seen_posts() -> "SeenPostsTable":
    from shared.adapters.seen_posts_table import SeenPostsTable

    return SeenPostsTable(settings().seen_posts_table)
