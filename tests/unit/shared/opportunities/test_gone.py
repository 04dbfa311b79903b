"""What stands where a post was."""

import pytest

from shared.opportunities.gone import is_gone


@pytest.mark.parametrize(
    "text",
    [
        "[removed]",
        " [deleted]\n",
        "[ Removed by Reddit ]",
        "[removed by moderator]",
        "[ Removed by Moderators ]",
        "[deleted by user]",
        "[ Removed by Reddit on account of violating the [content policy](/help/contentpolicy). ]",
        "[ removed by reddit in response to a copyright notice. ]",
        r"\[removed\]",
        "**[Removed]**",
        "［REMOVED］",
        "[re\u200bmoved]",
        "(deleted)",
        "[deleted] [removed]",
        "[unavailable]",
        "[Content removed by moderators]",
        "This post has been removed by the moderators.",
        "removed",
    ],
)
def test_every_spelling_of_a_removal_is_known(text: str) -> None:
    assert is_gone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Deleted by mistake: how do I get my customers back?",
        "[Removed by mistake] How do I recover a listing [UK]",
        "[deleted] why does this happen to my reviews?",
        "Removed my listing",
        "How do I get a fake review removed",
        "[removed] was all that Google told me",
    ],
)
def test_people_write_about_removals_too(text: str) -> None:
    assert not is_gone(text)
