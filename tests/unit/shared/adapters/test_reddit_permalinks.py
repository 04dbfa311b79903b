"""Which texts are addresses of Reddit posts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.standins.reddit.posts import bundled_posts
from shared.adapters.reddit_permalinks import leads_to, read_reddit_path


def test_real_permalinks_stay_as_they_are() -> None:
    assert all(read_reddit_path(post.permalink) == post.permalink for post in bundled_posts())


@pytest.mark.parametrize(
    "permalink",
    [
        "/r/startups/comments/x7wah/dae_just_totally_ignore/",
        "/r/startups/comments/x7wah/dae_just_totally_ignore",
        "/r/startups/comments/x7wah",
        "/r/u_some-body/comments/x7wah/a_title/",
        "/r/reddit.com/comments/x7wah/a_title/",
        "/user/some-body/comments/x7wah/a_title/",
        "/u/some-body/comments/x7wah/a_title/",
        "/comments/x7wah/",
        "/r/de/comments/x7wah/größe_zählt/",
        "/r/newsokur/comments/x7wah/%E6%97%A5%E6%9C%AC/",
        "/r/startups/comments/x7wah/a_title/c5k2b1/",
    ],
)
@pytest.mark.parametrize(
    "site", ["", "https://www.reddit.com", "http://reddit.com", "https://old.reddit.com", "www.reddit.com", "HTTPS://NP.Reddit.com"]
)  # fmt: skip
def test_every_form_of_a_post_s_address_leads_to_its_path(permalink: str, site: str) -> None:
    assert read_reddit_path(site + permalink) == permalink


def test_query_and_fragment_and_the_first_slash_do_not_matter() -> None:
    assert read_reddit_path("https://www.reddit.com/r/x/comments/a1/t/?utm_source=share#c") == "/r/x/comments/a1/t/"
    assert read_reddit_path("r/x/comments/a1/t/") == "/r/x/comments/a1/t/"


@pytest.mark.parametrize(
    "permalink",
    [
        "",
        "/",
        "/r/startups/",
        "/r/x",
        "javascript:alert(1)",
        "javascript:alert(1)//www.reddit.com/r/x/comments/a1/t/",
        "data:text/html,/r/x/comments/a1/t/",
        "//evil.example/r/x/comments/a1/t/",
        "//reddit.com/r/x/comments/a1/t/",
        "/\\evil.example/r/x/comments/a1/t/",
        "https://evil.example/r/x/comments/a1/t/",
        "https://reddit.com.evil.example/r/x/comments/a1/t/",
        "https://evilreddit.com/r/x/comments/a1/t/",
        "https://www.reddit.com@evil.example/r/x/comments/a1/t/",
        "https://evil.example?www.reddit.com/r/x/comments/a1/t/",
        "https://www.reddit.com:8443/r/x/comments/a1/t/",
        "https://user@www.reddit.com/r/x/comments/a1/t/",
        "ftp://www.reddit.com/r/x/comments/a1/t/",
        "/r/x/comments/a1/../../../logout/",
        "/r/x/comments/a1/..",
        "/r/x/comments/a1/%2e%2e/%2E%2E/",
        "/r/x/comments/a1/t/c/more/",
        "/r/x/comments/a1/t//",
        '/r/x/comments/a1/"onclick="alert(1)/',
        "/r/x/comments/a1/<b>/",
        "/r/x/comments/a1/t/\n",
        " /r/x/comments/a1/t/",
        "/r/x/comments/a1/t\u202e/",
        "/r/x/comments/a1/" + "t" * 1_000,
    ],
)
def test_nothing_else_is_one(permalink: str) -> None:
    assert read_reddit_path(permalink) is None


@given(st.text(max_size=60) | st.from_regex(r"(https?:)?/{0,3}[a-z.@\\]{0,12}reddit\.com.{0,20}/comments/a1/.{0,9}"))
def test_whatever_passes_stays_on_reddit(permalink: str) -> None:
    path = read_reddit_path(permalink)
    assert path is None or (path.startswith(("/r/", "/u/", "/user/", "/comments/")) and "//" not in path)
    assert path is None or read_reddit_path(path) == path


def test_a_path_leads_to_the_post_whose_id_it_has() -> None:
    assert leads_to("/r/x/comments/a1/a_title/", "a1")
    assert leads_to("/comments/A1", "a1")
    assert not leads_to("/r/x/comments/a1/t/", "a2")
    assert not leads_to("/r/x/comments/a1/a2/", "a2")
