"""The table `seen_posts`: the posts that earlier scans processed completely, and the problems found in each."""

from collections.abc import Iterable, Mapping, Sequence

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import model_of


class SeenPostItem(Model):
    """Either a post by its id, with the problems found in it, or a text by its key, with the post that was read
    for it.
    """

    post_id = UnicodeAttribute(hash_key=True)
    problem_ids = JSONAttribute(null=True)
    read_in = UnicodeAttribute(null=True)


class SeenPostsTable:
    """Implements `shared.opportunities.repository.SeenPosts`."""

    def __init__(self, table_name: str) -> None:
        self._posts = model_of(SeenPostItem, table_name)

    def find_known(self, post_ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(post_ids))
        found = self._posts.batch_get(wanted, consistent_read=True, attributes_to_get=["post_id"]) if wanted else ()
        return {item.post_id for item in found}

    def problems_of(self, post_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        return {item.post_id: tuple(str(one) for one in item.problem_ids or ()) for item in self._get(post_ids)}

    def first_with(self, texts: Iterable[str]) -> dict[str, str]:
        return {item.post_id: item.read_in for item in self._get(texts) if item.read_in}

    def add(self, problems_by_post: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> None:
        known = self.find_known([*problems_by_post, *texts])
        with self._posts.batch_write() as batch:
            for key, post_id in texts.items():
                if key not in known:
                    batch.save(self._posts(key, read_in=post_id))
            for post_id, problem_ids in problems_by_post.items():
                if post_id not in known:
                    batch.save(self._posts(post_id, problem_ids=list(problem_ids)))

    def _get(self, keys: Iterable[str]) -> Iterable[SeenPostItem]:
        wanted = sorted(set(keys))
        return self._posts.batch_get(wanted, consistent_read=True) if wanted else ()
