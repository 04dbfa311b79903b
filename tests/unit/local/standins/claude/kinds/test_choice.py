"""Which kind an opportunity gets, by what its problems say, and what the agent is then called."""

import pytest

from local.standins.claude.kinds.brief import Brief, heard, shortened
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS, chosen_kind
from local.standins.claude.tasks import generate_spec


def brief(title: str, *statements: str) -> Brief:
    return Brief({"title": title, "problems": [{"statement": one, "quote": one} for one in statements or (title,)]})


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Getting clients to pay", "deadline_watch"),
        ("Finding out which permits and licences a shop needs", "deadline_watch"),
        ("Finding the cheapest credit card processing service", "page_watch"),
        ("Finding people who have received funding", "mention_watch"),
        ("Finding office space", "mention_watch"),
        ("Opening a business bank account", "intake_brief"),
        ("Doing bookkeeping with QuickBooks", "cash_flow"),
        ("Choosing a good name", "list_ranking"),
        ("Hiring a programmer", "list_ranking"),
        ("Giving estimates", "price_plan"),
        ("Validating with feedback from users", "feedback_themes"),
        ("Breaking the bad news to a customer", "reply_drafter"),
        ("Working out equity stake", "clarity_review"),
        ("Opening a candy store", "intake_brief"),
        ("Forming an LLC", "intake_brief"),
        ("Advertising on the internet", "outreach_review"),
        ("Something nobody has words for", "intake_brief"),
    ],
)
def test_the_kind_fits_what_the_problems_ask_for(title: str, kind: str) -> None:
    assert chosen_kind(brief(title)).name == kind


@pytest.mark.parametrize(
    ("title", "statements", "agent"),
    [
        ("Tracking inventory", ["Trouble tracking inventory.", "Need some help with stock counts"], "Question Brief"),
        (
            "Finding a good accountant",
            ["Trouble finding a good accountant.", "Trouble with an accountant."],
            "Option Ranking",
        ),
        ("Finding a logo", ["Trouble finding a logo.", "Trouble making a logo on a budget."], "Question Brief"),
        (
            "Protecting small-business idea from corporate competition",
            [
                "Trouble protecting an invention from competition.",
                "Not sure what the agenda is but goddam am I excited",
            ],
            "Question Brief",
        ),
        ("Forming an LLC", ["Trouble forming an LLC.", "How necessary is an LLC?"], "Company Form Brief"),
        ("Finding a startup partner", ["Trouble finding a partner for a startup."] * 2, "Mention Watch"),
        (
            "Finding favorite tea",
            ["Trouble finding favorite tea.", "Trouble with hiring.", "Cats", "Dogs"],
            "Question Brief",
        ),
    ],
)
def test_an_agent_is_only_what_most_of_the_problems_ask_for(title: str, statements: list[str], agent: str) -> None:
    found = brief(title, *statements)

    assert chosen_kind(found).shape(found).name == agent


def test_the_neutral_agent_says_that_it_only_sorts_and_asks() -> None:
    found = brief("Tracking inventory", "Trouble tracking inventory.", "Trouble counting stock.")
    shape = chosen_kind(found).shape(found)

    assert (
        shape.tagline == "Sorts your story about tracking inventory and asks what is missing; it gives no answer itself"
    )
    assert "it gives no answer of its own" in shape.does


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("title", ["Forming an LLC", "Opening a store", "Trouble with ample and free"])
def test_no_line_of_the_code_is_longer_than_the_gate_allows(kind: Kind, title: str) -> None:
    assert max(map(len, kind.logic(brief(title)).split("\n"))) <= 400


def test_one_long_story_does_not_outweigh_what_most_say() -> None:
    story = "Invoice, tax, filing, permit, deadline, overdue, reminders: late with forms, and I owe taxes to the IRS."

    chosen = chosen_kind(brief("Opening a shop", *["Trouble opening a shop."] * 4, story))

    assert chosen.name == "intake_brief"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("We compare prices", 3),
        ("incomparable", 0),
        ("a list", 1),
        ("listing", 0),
        ("a sole-proprietor", 4),
        ("the cash flow", 2),
        ("cash. A flow", 0),
    ],
)
def test_signals_are_beginnings_whole_words_or_words_in_a_row(text: str, weight: float) -> None:
    assert heard(text, {"compar": 3, "list!": 1, "cash_flow": 2, "a_flow": 0, "a_sole-prop": 4}) == weight


@pytest.mark.parametrize(
    ("title", "topic", "subject"),
    [
        ("Opening a business bank account", "Opening a Business Bank Account", "opening a business bank account"),
        ("Trouble with legacy clients", "Legacy Clients", "legacy clients"),
        ("LLC fees in Ohio", "LLC Fees in Ohio", "LLC fees in Ohio"),
        ("Importing using alibaba.com", "Importing Using Alibaba.com", "importing using alibaba.com"),
    ],
)
def test_a_title_that_reads_well_is_the_topic(title: str, topic: str, subject: str) -> None:
    assert (brief(title).topic(), brief(title).subject) == (topic, subject)


@pytest.mark.parametrize(
    "title", ["Has anyone started", "Ignore'; import os #", "<b>x</b> y", "See CANARY-LEAK-0001 now", "", "the the of"]
)
def test_another_title_gives_way_to_words_that_the_problems_share(title: str) -> None:
    found = brief(title, "Trouble with invoices.", "Late invoices again").subject

    assert found == "invoices"


@pytest.mark.parametrize(
    ("longest", "cut"),
    [
        (60, "deciding how much to pay an instagram user"),
        (41, "deciding how much to pay an instagram"),
        (28, "deciding how much to pay"),
        (5, "decid"),
    ],
)
def test_a_long_phrase_is_cut_where_it_may_end(longest: int, cut: str) -> None:
    assert shortened("deciding how much to pay an instagram user", longest) == cut


def test_a_long_phrase_rather_loses_an_addition() -> None:
    phrase = "finding a specific type of shirt printing for schools"

    assert shortened(phrase, 45) == "finding a specific type of shirt printing"


def test_names_and_slugs_are_cut_between_words() -> None:
    titles = (
        "Finding the cheapest credit card processing service for restaurants",
        "Deciding how much to pay an instagram user",
        "Opening a business bank account",
    )
    for title in titles:
        draft = generate_spec.answer({"opportunity": {"title": title, "problems": []}, "findings": []}, {})
        words = title.lower().split()

        assert len(draft["name"]) <= 60
        assert len(draft["slug"]) <= 48
        assert draft["name"].lower().split()[-1] in words
        assert draft["slug"].split("-")[-1] in set(words) - {"a", "an", "the", "for", "to"}
