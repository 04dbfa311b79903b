"""The table `seen_posts`: which posts earlier scans dealt with completely, and what was found in each."""

from collections.abc import Iterable, Mapping, Sequence

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.models import Model

NEWEST = "#newest"
"""No post has this id: the item holds the `created_utc` of the newest post seen ever."""


class SeenPostItem(Model):
    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        table_name = "seen_posts"
        connect_timeout_seconds = 3
        read_timeout_seconds = 10

    post_id = UnicodeAttribute(hash_key=True)
    problem_ids = JSONAttribute(null=True)
    created_utc = NumberAttribute(null=True)


class SeenPostsTable:
    """Implements `shared.opportunities.repository.SeenPosts`."""

    def __init__(self, table_name: str) -> None:
        SeenPostItem.Meta.table_name = table_name

    def known(self, post_ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(post_ids))
        found = SeenPostItem.batch_get(wanted, consistent_read=True, attributes_to_get=["post_id"]) if wanted else ()
        return {item.post_id for item in found}

    def problems_of(self, post_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        wanted = sorted(set(post_ids))
        found = SeenPostItem.batch_get(wanted, consistent_read=True) if wanted else ()
        return {item.post_id: tuple(str(one) for one in item.problem_ids or ()) for item in found}

    def newest(self) -> float:
        try:
            return SeenPostItem.get(NEWEST, consistent_read=True).created_utc or 0.0
        except DoesNotExist:
            return 0.0

    def add(self, problems_by_post: Mapping[str, Sequence[str]], newest: float) -> None:
        if newest > self.newest():
            self._raise_newest(newest)
        known = self.known(problems_by_post)
        with SeenPostItem.batch_write() as batch:
            for post_id, problem_ids in problems_by_post.items():
                if post_id not in known:
                    batch.save(SeenPostItem(post_id, problem_ids=list(problem_ids)))

    def _raise_newest(self, newest: float) -> None:
        never_back = SeenPostItem.created_utc.does_not_exist() | (SeenPostItem.created_utc < newest)
        try:
            SeenPostItem(NEWEST).update(actions=[SeenPostItem.created_utc.set(newest)], condition=never_back)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
