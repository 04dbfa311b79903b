"""What real sentences are about, as phrases that read as English."""

import pytest

from local.standins.claude.language.phrases import phrase_of, topic_of


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("Where should I form my LLC for an internet sales company?", "forming an LLC for an internet sales company"),
        ("How do we market to this very small customer base?", "marketing to a very small customer base"),
        ("How do we sustain and market to regulars?", "sustaining and marketing to regulars"),
        ("How should I be recording my expenses?", "recording expenses"),
        ("How can I sell my startup to competitors?", "selling a startup to competitors"),
        ("Cheapest credit card processing service?", "finding the cheapest credit card processing service"),
        ("Best Place to Order Shipping Boxes?", "finding the best place to order shipping boxes"),
        ("What are your favorite small business related sites?", "finding small business related sites"),
        ("Where are the best places to post job openings?", "finding the best places to post job openings"),
        (
            "Has anybody here started an ATM machine business?",
            "finding people who have started an ATM machine business",
        ),
        ("So how much should I charge them to make a profit?", "deciding how much to charge them to make a profit"),
        ("How much equity do I ask for?", "deciding how much equity to ask"),
        ("Need tips on finding a good lawyer for my small business", "finding a good lawyer for a small business"),
        ("Anybody have experience using Desk.com?", "using Desk.com"),
        ("Looking to start a coffee shop need advice", "starting a coffee shop"),
        ("How to prevent this from happening again?", "preventing this from happening again"),
        ("How would you guys recommend finding partners?", "finding partners"),
        ("Would you guys recommend finding partners with?", None),
        ("I cannot help but wonder about it.", None),
        ("How do people who sell their shop find a buyer?", None),
    ],
)
def test_a_sentence_gives_the_phrase_of_its_trouble(sentence: str, phrase: str | None) -> None:
    found = phrase_of(sentence)

    assert (found.text if found else None) == phrase


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Hard Tech Startups in The Valley", "hard tech startups in the valley"),
        ("Loyalty Cards", "loyalty cards"),
        ("Shops in Berlin", "shops in Berlin"),
        ("Q: Equity split between founders", "equity split between founders"),
        ("[Meta] Equity split between founders", "equity split between founders"),
        ("Today university sent out an email", None),
        ("Ouch", None),
    ],
)
def test_a_title_names_its_topic_only_where_it_is_no_sentence(title: str, topic: str | None) -> None:
    found = topic_of(title)

    assert (found.text if found else None) == topic
