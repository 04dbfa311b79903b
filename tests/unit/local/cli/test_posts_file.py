"""What a person reads about a file's subreddit."""

from local.cli.posts_file import naming_the_file


def test_the_name_under_which_a_file_is_served_is_explained() -> None:
    cause = "SourceThrottled: r/fed_fdab0111106b_1: 429 after 4 tries"
    assert naming_the_file(cause) == "SourceThrottled: r/fed_fdab0111106b_1 (the posts file): 429 after 4 tries"


def test_other_subreddits_keep_their_names() -> None:
    assert naming_the_file("SourceThrottled: r/startups: 429") == "SourceThrottled: r/startups: 429"
