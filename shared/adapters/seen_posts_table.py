"""The table `seen_posts`: which posts earlier scans dealt with completely, and what was found in each."""

from collections.abc import Iterable, Mapping, Sequence

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import find, model_of, was_written

NEWEST = "#newest"
"""No post has this id: the item holds the `created_utc` of the newest post seen ever."""


class SeenPostItem(Model):
    post_id = UnicodeAttribute(hash_key=True)
    problem_ids = JSONAttribute(null=True)
    created_utc = NumberAttribute(null=True)


class SeenPostsTable:
    """Implements `shared.opportunities.repository.SeenPosts`."""

    def __init__(self, table_name: str) -> None:
        self._posts = model_of(SeenPostItem, table_name)

    def known(self, post_ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(post_ids))
        found = self._posts.batch_get(wanted, consistent_read=True, attributes_to_get=["post_id"]) if wanted else ()
        return {item.post_id for item in found}

    def problems_of(self, post_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        wanted = sorted(set(post_ids))
        found = self._posts.batch_get(wanted, consistent_read=True) if wanted else ()
        return {item.post_id: tuple(str(one) for one in item.problem_ids or ()) for item in found}

    def newest(self) -> float:
        item = find(self._posts, NEWEST)
        return (item.created_utc or 0.0) if item else 0.0

    def add(self, problems_by_post: Mapping[str, Sequence[str]], newest: float) -> None:
        if newest > self.newest():
            self._raise_newest(newest)
        known = self.known(problems_by_post)
        with self._posts.batch_write() as batch:
            for post_id, problem_ids in problems_by_post.items():
                if post_id not in known:
                    batch.save(self._posts(post_id, problem_ids=list(problem_ids)))

    def _raise_newest(self, newest: float) -> None:
        never_back = SeenPostItem.created_utc.does_not_exist() | (SeenPostItem.created_utc < newest)
        item = self._posts(NEWEST)
        was_written(lambda: item.update(actions=[SeenPostItem.created_utc.set(newest)], condition=never_back))
