"""What a scan reads: only new posts, in portions, and nothing above the cap."""

import pytest

from functions.market.scan_posts.scan import BATCH_CHARACTERS, BATCH_POSTS, choose_worth_reading, scan, split_portions
from shared.opportunities.errors import SpendCapReached
from shared.opportunities.models import Post
from shared.opportunities.scan import Batch, PostMark, ScanRequest, ScanStart
from shared.opportunities.voices import make_text_key
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.market import FakePostSource, FakeSeenPosts, FakeSpend
from tests.fakes.market_posts import a_post

START = ScanStart(scan_id="s1")


def test_posts_seen_before_are_left_out_and_the_rest_is_stored_oldest_first() -> None:
    artifacts, seen = FakeArtifacts(), FakeSeenPosts(rows={"reddit:p001": ()})
    posts = [a_post(3), a_post(1), a_post(0), a_post(2)]
    scanned, reading = scan(
        START, ["reddit:entrepreneur"], source=FakePostSource(posts), seen=seen, spend=FakeSpend(), artifacts=artifacts
    )
    [batch] = artifacts.get_lines(scanned.batches_key, Batch)
    assert [post.id for post in artifacts.get_lines(batch.posts_key, Post)] == [
        "reddit:p000",
        "reddit:p002",
        "reddit:p003",
    ]
    assert (len(reading.listing.posts), scanned.post_count) == (4, 3)
    assert len(artifacts.get_lines(scanned.marks_key, PostMark)) == 3


def test_nothing_new_makes_no_portions() -> None:
    seen = FakeSeenPosts(rows={"reddit:p001": ()})
    scanned, reading = scan(
        START,
        ["reddit:entrepreneur"],
        source=FakePostSource([a_post(1)]),
        seen=seen,
        spend=FakeSpend(),
        artifacts=FakeArtifacts(),
    )
    assert (len(reading.listing.posts), scanned.post_count) == (1, 0)


def test_the_request_decides_what_is_read_and_otherwise_the_configuration() -> None:
    posts = [a_post(1), a_post(2, community="startups")]
    for request, expected in ((ScanRequest(), 1), (ScanRequest(sources=("reddit:startups", "reddit:entrepreneur")), 2)):
        start = ScanStart(scan_id="s1", request=request)
        scanned, _ = scan(
            start,
            ["reddit:entrepreneur"],
            source=FakePostSource(posts),
            seen=FakeSeenPosts(),
            spend=FakeSpend(),
            artifacts=FakeArtifacts(),
        )
        assert scanned.post_count == expected


def test_above_the_cap_nothing_is_even_read() -> None:
    reddit = FakePostSource([], error=AssertionError("must not be asked"))
    with pytest.raises(SpendCapReached):
        scan(
            START,
            ["x"],
            source=reddit,
            seen=FakeSeenPosts(),
            spend=FakeSpend(spent=5, cap=5),
            artifacts=FakeArtifacts(),
        )


def test_portions_hold_all_posts_once_and_stay_small() -> None:
    posts = [a_post(one) for one in range(25)] + [a_post(99, text="x" * BATCH_CHARACTERS), a_post(100)]
    ranges = split_portions(posts)
    assert [index for begin, end in ranges for index in range(begin, end)] == list(range(27))
    assert all(end - begin <= BATCH_POSTS for begin, end in ranges)
    assert (25, 26) in ranges
    assert split_portions([]) == []


def test_each_portion_is_found_by_its_bytes_and_the_state_is_small_whatever_is_read() -> None:
    artifacts = FakeArtifacts()
    posts = [a_post(one, title=f"Prix n\u00b0 {one} \U0001f4bb") for one in range(1_000)]
    scanned, _ = scan(
        ScanStart(scan_id="s1", request=ScanRequest(limit=1_000)),
        ["reddit:entrepreneur"],
        source=FakePostSource(posts),
        seen=FakeSeenPosts(),
        spend=FakeSpend(),
        artifacts=artifacts,
    )
    read = [
        post.id
        for batch in artifacts.get_lines(scanned.batches_key, Batch)
        for post in artifacts.get_lines(batch.posts_key, Post, (batch.first_byte, batch.bytes))
    ]
    assert read == [post.id for post in posts]
    assert len(scanned.model_dump_json()) < 200


def test_adverts_and_copies_are_left_out_and_counted() -> None:
    advert = a_post(
        1, title="Tired of invoices? Try InvoiceHero", text="Sign up at https://x.test and use code SAVE50."
    )
    copies = [a_post(2, title="Help", text="I cannot sell soap"), a_post(3, title="HELP!", text="i cannot sell  soap.")]
    kept, left_out = choose_worth_reading(
        [advert, *reversed(copies), a_post(4)], FakeSeenPosts(rows={"reddit:p004": ()})
    )
    assert [post.id for post in kept] == ["reddit:p002"]
    assert left_out == {"known": 1, "advert": 1, "same_text": 1}


def test_the_scan_carries_how_many_posts_were_left_out_and_why() -> None:
    posts = [a_post(1), a_post(2, title="Help", text="one"), a_post(3, title="Help", text="one")]
    source = FakePostSource(posts, removed=2)
    seen = FakeSeenPosts(rows={"reddit:p001": ()})
    scanned, _ = scan(
        START, ["reddit:entrepreneur"], source=source, seen=seen, spend=FakeSpend(), artifacts=FakeArtifacts()
    )
    assert scanned.post_count == 1
    assert scanned.left_out == {"known": 1, "same_text": 1, "removed": 2}


def test_a_post_whose_text_was_stored_before_it_is_read_again() -> None:
    """A scan died between the two writes."""
    post = a_post(1)
    kept, _ = choose_worth_reading([post], FakeSeenPosts(texts={make_text_key(post): post.id}))
    assert kept == [post]
