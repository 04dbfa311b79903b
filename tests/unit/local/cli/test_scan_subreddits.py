"""Subreddits as people name them."""

import pytest

from local.cli.scan_subreddits import SubredditsUnusable, named_subreddits


def test_each_is_read_once_with_or_without_its_prefix() -> None:
    assert named_subreddits("startups, r/smallbusiness,/r/startups/") == ["startups", "smallbusiness"]
    assert named_subreddits(None) == []


@pytest.mark.parametrize("text", ["", " , ", "a b", "start-ups", "x", "a" * 22, "startups,../etc", "startups;id"])
def test_what_cannot_be_one_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SubredditsUnusable, match="startups"):
        named_subreddits(text)
