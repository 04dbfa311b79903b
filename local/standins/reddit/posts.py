"""Posts as files hold them (one JSON object per line), and what is wrong with a file that does not."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from shared.adapters.reddit_permalinks import leads_to, post_url, reddit_path

BUNDLED = Path(__file__).resolve().parents[3] / "events" / "reddit_posts"

_ID = re.compile(r"(?:t3_)?(?!t3_)[A-Za-z0-9_]{1,32}")
_SUBREDDIT = re.compile(r"(?:/?r/)?[A-Za-z0-9_.:-]{1,64}")  # u_somebody-else and reddit.com are some, too
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_LATEST_SECOND = 253402300799  # the end of the year 9999
_MOST = 2**31


@dataclass(frozen=True, slots=True)
class Post:
    """As its file writes it: `id` may begin with t3_, `permalink` may be a full address; Reddit's forms are derived."""

    id: str
    subreddit: str
    title: str
    selftext: str
    created_utc: float
    permalink: str
    score: int = 0
    num_comments: int = 0

    @property
    def bare_id(self) -> str:
        return self.id.removeprefix("t3_")

    @property
    def fullname(self) -> str:
        return f"t3_{self.bare_id}"

    @property
    def path(self) -> str:
        return reddit_path(self.permalink) or f"/r/{self.subreddit}/comments/{self.bare_id}/"

    @property
    def address(self) -> str:
        """What evidence shows."""
        return post_url(self.path)


class PostsInvalid(Exception):
    """A posts file cannot be served; `line` counts from 1, `field` is None where the whole line is wrong."""

    def __init__(self, line: int, field: str | None, problem: str) -> None:
        super().__init__(f"line {line}{f', field {field!r}' if field else ''}: {problem}")
        self.line = line
        self.field = field
        self.problem = problem


def parse_posts(content: bytes) -> list[Post]:
    """The posts of a JSONL file in its order. Of lines with the same id the first counts; empty lines do not.

    Raises PostsInvalid at the first line that is no post.
    """
    posts: dict[str, Post] = {}
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            post = _post(number, line)
            posts.setdefault(post.bare_id, post)
    return list(posts.values())


def to_jsonl(posts: Iterable[Post]) -> bytes:
    fields = ({name: getattr(post, name) for name in Post.__slots__} for post in posts)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in fields).encode("utf-8")


@cache
def bundled_posts() -> tuple[Post, ...]:
    """The public-domain posts that ship with the project."""
    return tuple(post for file in sorted(BUNDLED.glob("*.jsonl")) for post in parse_posts(file.read_bytes()))


def _post(number: int, line: bytes) -> Post:
    try:
        raw: object = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise PostsInvalid(number, None, f"is not UTF-8 (byte {error.start} of the line)") from error
    except (ValueError, RecursionError) as error:
        raise PostsInvalid(number, None, f"is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise PostsInvalid(number, None, f"holds {_name(raw)}, not an object with the fields of a post")
    reader = _Reader(number, cast(dict[str, Any], raw))
    post_id = reader.word("id", _ID, "1 to 32 letters, digits or underscores")
    subreddit = reader.word(
        "subreddit", _SUBREDDIT, "the name of a subreddit (1 to 64 letters, digits, _ - . :)"
    ).rpartition("/")[2]
    return Post(
        id=post_id,
        subreddit=subreddit,
        title=reader.text("title", required=True),
        selftext=reader.text("selftext"),
        created_utc=reader.seconds("created_utc"),
        permalink=reader.permalink("permalink", post_id.removeprefix("t3_"))
        or f"/r/{subreddit}/comments/{post_id.removeprefix('t3_')}/",
        score=reader.count("score"),
        num_comments=reader.count("num_comments"),
    )


class _Reader:
    """Reads the fields of one line; what a field lacks is said with the line and the field."""

    def __init__(self, line: int, raw: dict[str, Any]) -> None:
        self._line = line
        self._raw = raw

    def word(self, field: str, pattern: re.Pattern[str], meaning: str) -> str:
        value = self.text(field, required=True)
        if not pattern.fullmatch(value):
            raise self._invalid(field, f"must be {meaning}, is {value[:40]!r}")
        return value

    def permalink(self, field: str, own_id: str) -> str:
        value = self.text(field)
        path = reddit_path(value) if value else None
        if path is not None and not leads_to(path, own_id):
            raise self._invalid(
                field, f"must be the address of this post (id {own_id}), not of another: {value[:80]!r}"
            )
        if value and path is None:
            form = "/r/<subreddit>/comments/<id>/… or https://www.reddit.com/r/<subreddit>/comments/<id>/…"
            raise self._invalid(field, f"must be the address of a Reddit post ({form}), is {value[:80]!r}")
        return value

    def text(self, field: str, *, required: bool = False) -> str:
        value = self._raw.get(field)
        if value is None:
            if required:
                raise self._invalid(field, "is missing")
            return ""
        if not isinstance(value, str):
            raise self._invalid(field, f"must be a string, is {_name(value)}")
        if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
            raise self._invalid(field, "holds half of a surrogate pair, which is no text")
        return value

    def seconds(self, field: str) -> float:
        value = self._number(field, "seconds since 1970 as a number")
        if value is None:
            raise self._invalid(field, "is missing")
        if not 0 <= value <= _LATEST_SECOND:  # nor NaN
            raise self._invalid(field, f"must be seconds since 1970, is {value}")
        return float(value)

    def count(self, field: str) -> int:
        value = self._number(field, "a whole number") or 0
        if not -_MOST <= value <= _MOST:  # nor NaN
            raise self._invalid(field, f"must be a whole number of at most {_MOST}")
        return int(value)

    def _number(self, field: str, meaning: str) -> int | float | None:
        """Some collections write numbers as strings."""
        value = self._raw.get(field)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return float(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self._invalid(field, f"must be {meaning}, is {_name(value)}")
        return value

    def _invalid(self, field: str, problem: str) -> PostsInvalid:
        return PostsInvalid(self._line, field, problem)


def _name(value: object) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "a string"
        case bool():
            return "a truth value"
        case None:
            return "null"
        case _:
            return "a number"
