"""Adverts are told from people who ask, or who only mention what they made."""

import pytest

from local.standins.reddit.posts import bundled_posts
from shared.opportunities.adverts import advertises


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Struggling to keep track of supplier invoices? Try InvoiceHero (50% off)",
            "Are you struggling to keep track of your supplier invoices? I built InvoiceHero and it solves that. "
            "Sign up at https://invoicehero.example?ref=abc and use code SAVE50.",
        ),
        ("Tired of chasing late payments?", "We made PayNudge, it automates that. Check it out and get a free trial."),
        ("Do you hate bookkeeping?", "Our app lets you forget it. DM me for a demo."),
        ("My new course", "Use code EARLY at https://x.test/?utm_source=reddit"),
        ("We help restaurants", "We help owners fill their tables. Limited-time offer: 20% off."),
    ],
)
def test_what_praises_its_own_goods_is_an_advert(title: str, text: str) -> None:
    assert advertises(title, text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Is 20% off too much for a first order?", "I'm not sure. I thought of a discount code for newsletters."),
        ("How do I get people to sign up for a free trial?", "I built a site and nobody comes."),
        ("I built Invoicely and cannot find customers", "Should I offer a free trial? Any advice?"),
        ("Which tool do you use for invoices?", "We use a spreadsheet and it takes hours."),
    ],
)
def test_who_asks_for_help_with_his_own_goods_does_not_advertise(title: str, text: str) -> None:
    assert not advertises(title, text)


def test_hardly_any_of_the_real_questions_is_taken_for_an_advert() -> None:
    posts = bundled_posts()
    assert sum(advertises(post.title, post.selftext) for post in posts) <= 0.005 * len(posts)
