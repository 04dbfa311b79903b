"""The link from one page of a list to the next."""

from typing import Any, Protocol
from urllib.parse import urlencode


class PageQuery(Protocol):
    """A query model with `page` (from 1), `page_size`, and the last page that may be asked for."""

    @property
    def page(self) -> int: ...

    @property
    def page_size(self) -> int: ...

    @property
    def last_page(self) -> int: ...

    def model_dump(self, *, mode: str, exclude_unset: bool) -> dict[str, Any]: ...


def link_next_page(path: str, query: PageQuery, total: int) -> str:
    """The path and query of the next page: the caller's own parameters with the next page number. Empty if this is the
    last page, or the last that may be asked for.
    """
    if query.page >= query.last_page or query.page * query.page_size >= total:
        return ""
    given = {**query.model_dump(mode="json", exclude_unset=True), "page": query.page + 1}
    return f"{path}?{urlencode(given)}"
