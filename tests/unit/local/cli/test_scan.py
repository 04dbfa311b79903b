"""Posts files as people bring them, and what is printed about them."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from local.cli.scan import PostsUnusable, as_written, read_posts, scan_posts
from local.ports import Ports
from local.state import StateDir

POST = {
    "id": "a1",
    "subreddit": "entrepreneur",
    "title": "t",
    "selftext": "s",
    "created_utc": 1.0,
    "permalink": "/r/entrepreneur/comments/a1/t/",
}

STRANGE = Path(__file__).parents[3] / "data" / "posts"


def write(tmp_path: Path, *lines: Any) -> Path:
    file = tmp_path / "posts.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file


def test_empty_lines_do_not_matter(tmp_path: Path) -> None:
    file = write(tmp_path, "", POST, "", {**POST, "id": "a2", "permalink": ""})
    assert [post.id for post in read_posts(file)] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([""], "holds no posts"),
        (["{"], "line 1: is not JSON"),
        ([POST, []], "line 2: holds a list"),
        ([{"id": "a1"}], "line 1, field 'subreddit': is missing"),
        ([{**POST, "id": 7}], "line 1, field 'id': must be a string"),
        ([{**POST, "id": "t3_"}], "line 1, field 'id': must be 1 to 32 letters"),
        (
            [POST, {**POST, "id": "a2", "subreddit": "a/b"}],
            "line 2, field 'subreddit': must be the name of a subreddit",
        ),
        (
            [POST, {**POST, "id": "a2"}],
            "line 2, field 'permalink': must be the address of this post",
        ),
        (
            [POST, {**POST, "id": "a2", "permalink": "javascript:alert(1)"}],
            "line 2, field 'permalink': must be the addr",
        ),
        ([{**POST, "permalink": "https://evil.example/r/x/comments/a1/t/"}], "is 'https://evil.example"),
        ([{**POST, "permalink": "//evil.example"}], "line 1, field 'permalink'"),
    ],
)
def test_what_cannot_be_scanned_is_named_by_its_line_and_field(tmp_path: Path, lines: list[Any], message: str) -> None:
    with pytest.raises(PostsUnusable, match=message):
        read_posts(write(tmp_path, *lines))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostsUnusable, match=r"cannot read .*nowhere\.jsonl"):
        read_posts(tmp_path / "nowhere.jsonl")


def test_line_separators_inside_a_text_end_no_line(tmp_path: Path) -> None:
    line = json.dumps({**POST, "title": "one\u2028two\u0085three"}, ensure_ascii=False)
    assert read_posts(write(tmp_path, line))[0].title == "one\u2028two\u0085three"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    assert [post.id for post in read_posts(write(tmp_path, f"\ufeff{json.dumps(POST)}\r"))] == ["a1"]


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 5_000 + "}"])
def test_json_that_no_parser_can_hold_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(PostsUnusable, match="line 1"):
        read_posts(write(tmp_path, line))


@pytest.mark.parametrize("subreddit", ["lounge", "all", "popular", "mod", "u_some-body", "reddit.com"])
def test_any_subreddit_may_be_in_a_file(tmp_path: Path, subreddit: str) -> None:
    for written in (subreddit, f"r/{subreddit}", f"/r/{subreddit}"):
        assert read_posts(write(tmp_path, {**POST, "subreddit": written}))[0].subreddit == subreddit


def test_a_post_is_printed_with_the_id_and_the_permalink_that_its_file_has(tmp_path: Path) -> None:
    address = "https://old.reddit.com/r/entrepreneur/comments/a1/t"
    (post,) = read_posts(write(tmp_path, {**POST, "id": "t3_a1", "permalink": address}))
    stored = {"post_id": "reddit:a1", "url": post.address, "quote": "s"}
    assert as_written(stored, {"reddit:a1": post}) == {"post_id": "t3_a1", "permalink": address, "quote": "s"}


def test_a_system_that_reads_the_real_reddit_is_not_fed(tmp_path: Path) -> None:
    """Nothing listens there: the refusal comes first."""
    with pytest.raises(PostsUnusable, match="reads the real Reddit"):
        scan_posts(read_posts(write(tmp_path, POST)), Ports(1), StateDir(tmp_path))


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("03_json_array_pretty.json", ["bug003"]),
        ("60_entities.jsonl", ["ent001"]),
        ("73_crossposts.jsonl", [f"xp{number:03d}" for number in range(8)]),
    ],
)
def test_arrays_and_lines_are_read_alike_packed_or_not(tmp_path: Path, name: str, ids: list[str]) -> None:
    content = (STRANGE / name).read_bytes()
    for number, packed in enumerate((content, gzip.compress(content), zstd.compress(content))):
        (tmp_path / str(number)).write_bytes(packed)
        assert [post.id for post in read_posts(tmp_path / str(number))] == ids


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[\n {"id": "a1"}\n]', "line 2, field 'subreddit': is missing"),
        (f'[{json.dumps(POST)},\n\n{{"id": 5}}]', "line 3, field 'id': must be a string"),
        (f"[{json.dumps(POST)}\n", "line 2: the array ends or breaks off here"),
        (f"[{json.dumps(POST)} {json.dumps(POST)}]", "line 1: the array ends or breaks off here"),
        (f"[\n{json.dumps(POST)},\n{{'id'", "line 3: the array's element that begins here is not JSON"),
        (f"[{json.dumps(POST)}]\nmore", "line 1: something follows the array"),
        ("[]", "holds no posts"),
        ('{\n "id": "a1"\n}', "line 1: is not JSON: .*; write one object a line, or one JSON array"),
        ("\x1f\x8b", "line 1: begins as gzip but cannot be unpacked"),
    ],
)
def test_what_is_wrong_with_an_array_is_named_by_its_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "posts.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(PostsUnusable, match=message):
        read_posts(tmp_path / "posts.json")


def test_a_date_in_the_future_is_refused_with_its_line(tmp_path: Path) -> None:
    late = {**POST, "id": "a2", "permalink": "", "created_utc": time.time() + 86_400}
    with pytest.raises(PostsUnusable, match="line 2, field 'created_utc': lies in the future: 20"):
        read_posts(write(tmp_path, POST, late))
    with pytest.raises(PostsUnusable, match=r"must be seconds since 1970, is 1700000000000 \(milliseconds\?\)"):
        read_posts(write(tmp_path, {**POST, "created_utc": 1_700_000_000_000}))


def test_the_permalink_of_another_post_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostsUnusable, match="line 1, field 'permalink': must be the address of this post"):
        read_posts(STRANGE / "25_permalink_other_post.jsonl")
