"""The Reddit stand-in, driven by the real PRAW over a real socket."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import prawcore
import pytest
import requests

from local.standins.reddit.app import create_app
from local.standins.reddit.feeds import MOST_FEEDS
from local.standins.reddit.posts import bundled_posts
from tests.fakes.served import served

os.environ.setdefault("PRAW_ALLOW_ENDPOINT_OVERRIDE", "1")

import praw

PER_PAGE = 100


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with served(create_app(tmp_path)) as host:
        yield f"http://{host}"


def client(address: str, **changes: Any) -> praw.Reddit:
    settings = {"client_id": "an-id", "client_secret": "a-secret", "user_agent": "web:mam:v1 (by /u/mam)"} | changes
    return praw.Reddit(**settings, reddit_url=address, oauth_url=address, check_for_updates=False, timeout=5)


def new(address: str, subreddit: str = "entrepreneur", limit: int | None = PER_PAGE) -> list[Any]:
    return list(client(address).subreddit(subreddit).new(limit=limit))


def a_post(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"post{number}",
        "subreddit": "webdev",
        "title": f"Title {number}",
        "selftext": f"Text {number}",
        "created_utc": 1_700_000_000 + number,
        "score": number,
        "num_comments": 2,
        "permalink": f"/r/webdev/comments/post{number}/title_{number}/",
    } | changes


def feed(address: str, *posts: dict[str, Any]) -> str:
    """The listing under which the posts can be read."""
    answer = post_feed(address, *posts)
    assert answer.status_code == 201, answer.text
    (listing,) = answer.json()["subreddits"]
    return listing


def post_feed(address: str, *posts: Any) -> requests.Response:
    return post_bytes(address, "\n".join(json.dumps(post) for post in posts).encode())


def post_bytes(address: str, content: bytes) -> requests.Response:
    return requests.post(f"{address}/_standin/feeds", data=content, timeout=5)


def set_mode(address: str, **mode: Any) -> None:
    requests.put(f"{address}/_standin/mode", json=mode, timeout=5).raise_for_status()


def get(address: str, path: str, **parameters: Any) -> requests.Response:
    token = requests.post(
        f"{address}/api/v1/access_token",
        auth=("an-id", "a-secret"),
        data={"grant_type": "client_credentials"},
        timeout=5,
    ).json()["access_token"]
    return requests.get(address + path, params=parameters, headers={"Authorization": f"Bearer {token}"}, timeout=5)


def test_first_scan_sees_real_posts_as_they_were_written(address: str) -> None:
    originals = {post.id: post for post in bundled_posts()}
    posts = new(address)
    assert len(posts) == PER_PAGE
    for post in posts:
        original = originals[post.id]
        seen = (post.title, post.selftext, post.permalink, post.created_utc, post.score, post.num_comments)
        assert seen == (
            original.title,
            original.selftext,
            original.permalink,
            original.created_utc,
            original.score,
            original.num_comments,
        )
        assert str(post.subreddit).lower() == "entrepreneur"
        assert post.author is None
    assert [post.created_utc for post in posts] == sorted((post.created_utc for post in posts), reverse=True)


def test_every_scan_sees_further_posts_with_earlier_ones_among_them(address: str) -> None:
    first, second = ([post.id for post in new(address)] for _ in range(2))
    repeated = [position for position, post in enumerate(second) if post in first]
    assert len(set(second) - set(first)) == 70
    assert len(repeated) == 30
    assert repeated[0] < 50 < repeated[-1]  # in between, not only at one end


def test_every_bundled_post_is_shown_once_as_new_and_then_nothing_new_comes(address: str) -> None:
    bundled = {post.id for post in bundled_posts() if post.subreddit.lower() == "startups"}
    seen: set[str] = set()
    fresh_counts: list[int] = []
    for _ in range(6):
        shown = {post.id for post in new(address, "startups")}
        fresh_counts.append(len(shown - seen))
        seen |= shown
    assert seen == bundled
    assert fresh_counts[0] == PER_PAGE
    assert fresh_counts[-1] == 0


def test_subreddits_advance_each_on_its_own(address: str) -> None:
    new(address, "startups")
    assert len(new(address, "smallbusiness")) == PER_PAGE
    assert not {post.id for post in new(address, "Entrepreneur")} & {post.id for post in new(address, "startups")}


def test_a_restart_goes_on_where_the_scans_were(tmp_path: Path) -> None:
    with served(create_app(tmp_path)) as host:
        first = {post.id for post in new(f"http://{host}")}
    with served(create_app(tmp_path)) as host:
        second = {post.id for post in new(f"http://{host}")}
    assert len(second - first) == 70


def test_further_pages_go_on_with_what_was_shown_before(address: str) -> None:
    earlier = [post.id for post in new(address, limit=100)]
    posts = [post.id for post in new(address, limit=None)]
    assert len(posts) == len(set(posts))
    assert set(earlier) < set(posts)


def test_a_feed_is_served_exactly_and_whatever_the_subreddits_of_its_posts_are(address: str) -> None:
    posts = [a_post(number) for number in range(250)] + [a_post(900, subreddit="lounge"), a_post(901, subreddit="all")]
    listing = feed(address, *posts)
    read = new(address, listing, limit=None)
    assert [post.id for post in read] == ["post901", "post900", *(f"post{n}" for n in reversed(range(250)))]
    assert {str(post.subreddit) for post in read} == {"webdev", "lounge", "all"}
    assert [post.id for post in new(address, listing, limit=120)] == [post.id for post in read[:120]]


def test_a_feed_is_seen_by_nobody_who_does_not_ask_for_it(address: str) -> None:
    first = feed(address, a_post(1, subreddit="Entrepreneur"), a_post(2))
    second = feed(address, a_post(3, subreddit="Entrepreneur"))
    assert len(new(address, "entrepreneur")) == PER_PAGE
    assert not {"post1", "post3"} & {post.id for post in new(address, "entrepreneur", limit=None)}
    assert [post.id for post in new(address, first)] == ["post2", "post1"]
    assert [post.id for post in new(address, second)] == ["post3"]
    with pytest.raises(prawcore.NotFound):
        new(address, "webdev")


def test_a_second_scan_of_a_feed_shows_the_same(address: str) -> None:
    listing = feed(address, *(a_post(number) for number in range(30)))
    first, second = ([vars(post)["permalink"] for post in new(address, listing)] for _ in range(2))
    assert first == second


def test_a_feed_survives_a_restart(tmp_path: Path) -> None:
    with served(create_app(tmp_path)) as host:
        listing = feed(f"http://{host}", a_post(1, title="naïve “café” 日本語 😤"))
    with served(create_app(tmp_path)) as host:
        assert [post.title for post in new(f"http://{host}", listing)] == ["naïve “café” 日本語 😤"]


def test_old_feeds_make_room_for_new_ones(tmp_path: Path) -> None:
    with served(create_app(tmp_path)) as host:
        listings = [feed(f"http://{host}", a_post(number)) for number in range(MOST_FEEDS + 1)]
        assert [post.id for post in new(f"http://{host}", listings[1])] == ["post1"]
        with pytest.raises(prawcore.NotFound):
            new(f"http://{host}", listings[0])
    assert len(list((tmp_path / "reddit-feeds").iterdir())) == MOST_FEEDS


def test_a_feed_larger_than_a_listing_is_read_under_several_names(address: str) -> None:
    answer = post_feed(address, *(a_post(number, selftext="text " * 200) for number in range(2500))).json()
    assert answer["posts"] == 2500
    read = [len(new(address, listing, limit=None)) for listing in answer["subreddits"]]
    assert read == [1000, 1000, 500]
    with pytest.raises(prawcore.NotFound):
        new(address, answer["subreddits"][0].replace("_1", "_4"))


def test_ids_and_permalinks_are_served_as_reddit_writes_them(address: str) -> None:
    link = "https://old.reddit.com/r/webdev/comments/post1/a_title"
    listing = feed(address, a_post(1, id="t3_post1", permalink=link), a_post(1, title="again"))
    (post,) = new(address, listing)
    assert (post.id, post.permalink) == ("post1", "/r/webdev/comments/post1/a_title")
    assert post.url == "https://www.reddit.com/r/webdev/comments/post1/a_title"


def test_texts_come_through_unchanged(address: str) -> None:
    text = 'A <b>&amp; "quoted" & line\u2028separator\r\nzero\u200bwidth \x00 end'
    listing = feed(address, a_post(1, title=text, selftext=text), a_post(2, selftext=""), a_post(3, selftext=None))
    third, second, first = new(address, listing)
    assert (first.title, first.selftext) == (text, text)
    assert (second.selftext, third.selftext) == ("", "")


def test_without_raw_json_markup_is_escaped_as_reddit_does(address: str) -> None:
    listing = feed(address, a_post(1, title="a < b & c"))
    children = get(address, f"/r/{listing}/new").json()["data"]["children"]
    assert children[0]["data"]["title"] == "a &lt; b &amp; c"


@pytest.mark.parametrize(
    ("line", "field", "problem"),
    [
        (a_post(1, id=None), "id", "is missing"),
        (a_post(1, id=7), "id", "must be a string"),
        (a_post(1, id="a/b"), "id", "letters, digits or underscores"),
        (a_post(1, subreddit=""), "subreddit", "the name of a subreddit"),
        (a_post(1, title=["x"]), "title", "a list"),
        (a_post(1, title="\ud800"), "title", "surrogate"),
        (a_post(1, created_utc="yesterday"), "created_utc", "a string"),
        (a_post(1, created_utc=float("nan")), "created_utc", "seconds since 1970"),
        (a_post(1, created_utc=True), "created_utc", "a truth value"),
        (a_post(1, score=10**400), "score", "whole number"),
        (a_post(1, num_comments={}), "num_comments", "an object"),
        (a_post(1, id="t3_"), "id", "letters, digits or underscores"),
        (a_post(1, permalink="javascript:alert(1)"), "permalink", "must be the address of a Reddit post"),
        (a_post(1, permalink="//evil.example/r/webdev/comments/post1/"), "permalink", "'//evil.example"),
        ([1], None, "a list, not an object"),
    ],
)
def test_a_feed_with_a_wrong_line_is_refused_with_its_place(
    address: str, line: Any, field: str | None, problem: str
) -> None:
    answer = post_feed(address, a_post(0), line)
    assert answer.status_code == 422
    body = answer.json()
    assert (body["line"], body["field"]) == (2, field)
    assert problem in body["error"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "holds no post"),
        (b"\n \n", "holds no post"),
        (b"{", "line 1: is not JSON"),
        (json.dumps(a_post(1)).encode() + b"\n\xff\xfe", "line 2: is not UTF-8"),
    ],
)
def test_a_feed_that_is_no_jsonl_is_refused(address: str, content: bytes, problem: str) -> None:
    answer = post_bytes(address, content)
    assert answer.status_code == 422
    assert problem in answer.json()["error"]


def test_a_feed_may_come_from_another_system(address: str) -> None:
    minimal = {key: value for key, value in a_post(1).items() if key in ("id", "subreddit", "title", "created_utc")}
    lines = [json.dumps(minimal | {"extra": 1}), "", json.dumps(a_post(1, title="again")), json.dumps(a_post(2))]
    answer = post_bytes(address, b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n").json()
    assert answer["posts"] == 2
    second, first = new(address, answer["subreddits"][0])
    assert (first.title, first.selftext, first.permalink) == ("Title 1", "", "/r/webdev/comments/post1/")
    assert second.id == "post2"


@pytest.mark.parametrize(("subreddit", "error"), [("no_such_place", prawcore.NotFound), ("lounge", prawcore.Forbidden)])
def test_unknown_and_private_subreddits(address: str, subreddit: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        new(address, subreddit)


def test_numbers_may_be_written_as_text(address: str) -> None:
    (post,) = new(address, feed(address, a_post(1, created_utc="1343346804", score="12", num_comments="3.0")))
    assert (post.created_utc, post.score, post.num_comments) == (1343346804.0, 12, 3)


def test_several_listings_at_once(address: str) -> None:
    one, other = feed(address, a_post(1), a_post(3)), feed(address, a_post(2))
    assert [post.id for post in new(address, f"{one}+{other}")] == ["post3", "post2", "post1"]


def test_bad_credentials_get_no_token(address: str) -> None:
    with pytest.raises(prawcore.ResponseException) as refused:
        list(client(address, client_secret="").subreddit("startups").new())
    assert refused.value.response.status_code == 401


def test_a_listing_needs_a_valid_token(address: str) -> None:
    for authorization in ("", "Bearer", "Bearer forged-token", "Bearer 99999999999-", "Basic YTpi", "Bearer é"):
        answer = requests.get(f"{address}/r/startups/new", headers={"Authorization": authorization.encode()}, timeout=5)
        assert answer.status_code == 401


def test_a_request_without_user_agent_is_turned_away(address: str) -> None:
    answer = requests.get(f"{address}/r/startups/new", headers={"User-Agent": ""}, timeout=5)
    assert answer.status_code == 403


def test_rate_limit_is_told(address: str) -> None:
    reddit = client(address)
    list(reddit.subreddit("startups").new(limit=100))
    assert reddit.auth.limits["used"] >= 1
    assert reddit.auth.limits["remaining"] > 500


def test_throttled_answers_say_when_to_come_back_and_do_not_use_up_posts(address: str) -> None:
    reddit = client(address)
    list(reddit.subreddit("startups").new(limit=100))
    set_mode(address, mode="throttled", times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(prawcore.TooManyRequests) as throttled:
            list(reddit.subreddit("entrepreneur").new(limit=100))
        assert throttled.value.response.headers["retry-after"] == "7"
    assert len(list(reddit.subreddit("entrepreneur").new(limit=100))) == PER_PAGE


def test_broken_lasts_as_long_as_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prawcore.sessions.time.sleep", lambda seconds: None)
    reddit = client(address)
    list(reddit.subreddit("startups").new(limit=1))
    set_mode(address, mode="broken")
    with pytest.raises(prawcore.ServerError):
        list(reddit.subreddit("entrepreneur").new(limit=100))
    set_mode(address, mode="broken", times=1)
    assert len(list(reddit.subreddit("entrepreneur").new(limit=100))) == PER_PAGE  # PRAW tries again by itself
    assert requests.get(f"{address}/_standin/mode", timeout=5).json()["mode"] == "ok"


def test_an_unknown_mode_is_refused(address: str) -> None:
    answer = requests.put(f"{address}/_standin/mode", json={"mode": "sleepy"}, timeout=5)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"limit": "3"}, ["t3_post9", "t3_post8", "t3_post7"]),
        ({"limit": "3", "after": "t3_post8"}, ["t3_post7", "t3_post6", "t3_post5"]),
        ({"limit": "3", "before": "t3_post5"}, ["t3_post8", "t3_post7", "t3_post6"]),
        ({"limit": "3", "after": "t3_post1"}, ["t3_post0"]),
        ({"after": "t3_gone"}, []),
        ({"before": "t3_gone"}, []),
        ({"limit": "-1", "after": "t3_post1"}, ["t3_post0"]),
        ({"limit": "0", "after": "t3_post1"}, ["t3_post0"]),
        ({"limit": "many", "after": "t3_post1"}, ["t3_post0"]),
    ],
)
def test_paging(address: str, parameters: dict[str, str], expected: list[str]) -> None:
    listing = feed(address, *(a_post(number) for number in range(10)))
    data = get(address, f"/r/{listing}/new", **parameters).json()["data"]
    assert [child["data"]["name"] for child in data["children"]] == expected
    assert data["dist"] == len(expected)


def test_pages_name_their_neighbours(address: str) -> None:
    listing = feed(address, *(a_post(number) for number in range(10)))
    page: Callable[..., dict[str, Any]] = lambda **ask: get(address, f"/r/{listing}/new", **ask).json()["data"]  # noqa: E731
    first, last = page(limit="4"), page(limit="4", after="t3_post2")
    assert (first["after"], first["before"]) == ("t3_post6", None)
    assert (last["after"], last["before"]) == (None, "t3_post1")
