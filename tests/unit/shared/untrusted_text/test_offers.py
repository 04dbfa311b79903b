"""Adverts that an agent adds, and advice that is none."""

import pytest

from shared.untrusted_text.offers import find_foreign_offers, find_foreign_sales

ADVERTS = [
    "Upgrade to Ledger Pro today and save hours.",
    "Use promo code SAVE20 at checkout.",
    "Get 30% off your first order!",
    "This report is sponsored.",
    "Brought to you by Northgate Systems.",
    "Start your free trial.",
    "Sign up for our premium plan now.",
    "Buy the full edition for only 9 dollars.",
]
ADVICE = [
    "Call the client today and send a reminder with the invoice attached.",
    "Where do these customers buy today?",
    "The price moved from 20 to 25.",
    "Try a shorter subject line.",
    "Order more oat flour before Friday.",
]


@pytest.mark.parametrize("text", ADVERTS)
def test_an_advert_of_its_own_is_found(text: str) -> None:
    assert find_foreign_offers({"summary": f"Two lines changed. {text}"}, ["nothing"]) == [text]


@pytest.mark.parametrize("text", ADVERTS)
def test_an_advert_that_stood_on_the_page_may_be_reported(text: str) -> None:
    assert find_foreign_offers({"added": [text]}, [{"text": f"<p>{text}</p>"}]) == []


@pytest.mark.parametrize("text", ADVICE)
def test_advice_is_no_advert(text: str) -> None:
    assert find_foreign_offers({"summary": text}, []) == []


@pytest.mark.parametrize("text", ADVERTS)
def test_what_sells_is_found_in_life_but_a_rebate_is_none(text: str) -> None:
    found = find_foreign_sales({"summary": f"Two lines changed. {text}"}, ["nothing"])
    assert found == ([] if "% off" in text else [text])


def test_a_sentence_of_the_agents_own_about_an_offer_that_it_was_given_is_no_sale_of_its_own() -> None:
    assert find_foreign_sales({"write_mail": "Our free trial ends on Friday."}, [{"offer": "a Free Trial"}]) == []


@pytest.mark.parametrize("text", ADVICE)
def test_advice_sells_nothing(text: str) -> None:
    assert find_foreign_sales([text], []) == []
