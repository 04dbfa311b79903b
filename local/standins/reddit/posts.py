"""Posts as files hold them (JSON objects, one a line or in an array), and what is wrong with a file that does not."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from local.standins.reddit.packed import CannotUnpack, unpacked
from shared.adapters.reddit_permalinks import leads_to, post_url, read_reddit_path

BUNDLED = Path(__file__).resolve().parents[3] / "events" / "reddit_posts"

_ID = re.compile(r"(?:t3_)?(?!t3_)[A-Za-z0-9_]{1,32}")
_SUBREDDIT = re.compile(r"(?:/?r/)?[A-Za-z0-9_.:-]{1,64}")  # u_somebody-else and reddit.com are some, too
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_LATEST_SECOND = 253402300799  # the end of the year 9999
_MOST = 2**31
_SPACE = re.compile(r"[ \t\r\n]*")
CLOCK_SLACK_SECONDS = 300


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
    author: str = ""
    removed_by_category: str = ""

    @property
    def bare_id(self) -> str:
        return self.id.removeprefix("t3_")

    @property
    def fullname(self) -> str:
        return f"t3_{self.bare_id}"

    @property
    def path(self) -> str:
        return read_reddit_path(self.permalink) or f"/r/{self.subreddit}/comments/{self.bare_id}/"

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


def parse_posts(content: bytes, now: Callable[[], float] = time.time) -> list[Post]:
    """The posts of a JSONL file or of one JSON array, in its order; either may be packed (gzip, zstd).

    Of posts with the same id the first counts; empty lines do not. Raises PostsInvalid at the first that is no post.
    """
    try:
        plain = unpacked(content).removeprefix(b"\xef\xbb\xbf")
    except CannotUnpack as error:
        raise PostsInvalid(1, None, str(error)) from error
    latest = now() + CLOCK_SLACK_SECONDS
    posts: dict[str, Post] = {}
    for number, raw in _elements(plain) if plain.lstrip()[:1] == b"[" else _lines(plain):
        post = _post(number, raw, latest)
        posts.setdefault(post.bare_id, post)
    return list(posts.values())


def _lines(content: bytes) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            raw: object = json.loads(_decoded(line, number))
        except (ValueError, RecursionError) as error:
            how = "; write one object a line, or one JSON array" if line.strip() in (b"{", b"},", b"}") else ""
            raise PostsInvalid(number, None, f"is not JSON: {error}{how}") from error
        yield number, raw


def _elements(content: bytes) -> Iterator[tuple[int, object]]:
    """The elements of an array, each with the line that it begins in."""
    text = _decoded(content, 1)
    read, at, line, counted = json.JSONDecoder(), text.index("[") + 1, 1, 0
    while True:
        at = _SPACE.match(text, at).end()  # pyright: ignore[reportOptionalMemberAccess]
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            break
        try:
            raw, end = read.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise PostsInvalid(line, None, f"the array's element that begins here is not JSON: {error}") from error
        yield line, raw
        at = _SPACE.match(text, end).end()  # pyright: ignore[reportOptionalMemberAccess]
        if text[at : at + 1] not in (",", "]"):
            line += text.count("\n", counted, at)
            raise PostsInvalid(line, None, "the array ends or breaks off here: a comma or a closing bracket is missing")
        at += text[at] == ","
    if text[at + 1 :].strip():
        raise PostsInvalid(line, None, "something follows the array")


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        before = line.count(b"\n", 0, error.start)
        raise PostsInvalid(number + before, None, f"is not UTF-8 (byte {error.start} of it)") from error


def to_jsonl(posts: Iterable[Post]) -> bytes:
    fields = ({name: getattr(post, name) for name in Post.__slots__} for post in posts)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in fields).encode("utf-8")


@cache
def bundled_posts() -> tuple[Post, ...]:
    """The public-domain posts that ship with the project."""
    return tuple(post for file in sorted(BUNDLED.glob("*.jsonl")) for post in parse_posts(file.read_bytes()))


def _post(number: int, raw: object, latest: float) -> Post:
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
        created_utc=reader.seconds("created_utc", latest),
        permalink=reader.permalink("permalink", post_id.removeprefix("t3_"))
        or f"/r/{subreddit}/comments/{post_id.removeprefix('t3_')}/",
        score=reader.count("score"),
        num_comments=reader.count("num_comments"),
        author=reader.text("author"),
        removed_by_category=reader.text("removed_by_category"),
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
        path = read_reddit_path(value) if value else None
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

    def seconds(self, field: str, latest: float) -> float:
        value = self._number(field, "seconds since 1970 as a number")
        if value is None:
            raise self._invalid(field, "is missing")
        if not 0 <= value <= _LATEST_SECOND:  # nor NaN
            milliseconds = _LATEST_SECOND < value <= latest * 1_000
            raise self._invalid(
                field, f"must be seconds since 1970, is {value}{' (milliseconds?)' if milliseconds else ''}"
            )
        if value > latest:
            raise self._invalid(field, f"lies in the future: {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC")
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
