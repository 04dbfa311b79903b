"""Posts files as people bring them."""

import json
from pathlib import Path

import pytest

from local.cli.scan import PostsUnusable, read_posts

POST = {"id": "a1", "subreddit": "entrepreneur", "title": "t", "selftext": "s", "created_utc": 1.0, "permalink": "/r/x"}


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "posts.jsonl"
    file.write_text(text, encoding="utf-8")
    return file


def test_empty_lines_do_not_matter(tmp_path: Path) -> None:
    file = write(tmp_path, f"\n{json.dumps(POST)}\n\n{json.dumps({**POST, 'id': 'a2'})}")
    assert [post["id"] for post in read_posts(file)] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no posts"),
        ("{", "line 1: not JSON"),
        (f"{json.dumps(POST)}\n[]", "line 2: a post is a JSON object"),
        ('{"id": "a1"}', "line 1: a post needs subreddit, title"),
        ('{"id": 7, "subreddit": "x", "title": "t"}', "line 1: a post needs id"),
    ],
)
def test_what_cannot_be_scanned_is_named_by_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PostsUnusable, match=message):
        read_posts(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostsUnusable, match=r"cannot read .*nowhere\.jsonl"):
        read_posts(tmp_path / "nowhere.jsonl")


def test_line_separators_inside_a_text_end_no_line(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"id": "a1", "subreddit": "startups", "title": "one\u2028two\u0085three"}\n', encoding="utf-8")
    assert read_posts(file)[0]["title"] == "one\u2028two\u0085three"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('\ufeff{"id": "a1", "subreddit": "startups", "title": "t"}\r\n', encoding="utf-8")
    assert [post["id"] for post in read_posts(file)] == ["a1"]


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 5_000 + "}"])
def test_json_that_no_parser_can_hold_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(PostsUnusable, match="line 1"):
        read_posts(file)
