"""Posts files as people bring them, and what is printed about them."""

import json
from pathlib import Path
from typing import Any

import pytest

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
