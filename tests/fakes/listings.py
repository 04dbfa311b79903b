"""Listings for tests: valid, and different only where a test says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.catalogue.listing import ListingSummary
from shared.catalogue.searchable import SearchableListing, make_searchable
from shared.specs.spec import Category

PUBLISHED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def a_listing(slug: str = "invoice-chaser", **changes: Any) -> ListingSummary:
    """`price_cents` stands for the price with its period."""
    values: dict[str, Any] = {
        "slug": slug,
        "name": slug.replace("-", " ").title(),
        "tagline": "Chases what customers owe, politely",
        "category": Category.FINANCE,
        "tags": ("invoices", "reminders"),
        "price": {"amount_cents": changes.pop("price_cents", 1900), "currency": "USD"},
        "quality": 8.0,
        "rating": None,
        "reviews": 0,
        "runs": 0,
        "published_at": PUBLISHED,
        "model": "fake-model",
        **changes,
    }
    return ListingSummary.model_validate(values)


def some_listings() -> list[ListingSummary]:
    """Six that differ in everything one can ask for."""
    return [
        a_listing("invoice-chaser", quality=8.5, price_cents=1900, runs=40, rating=4.5, reviews=4),
        a_listing(
            "price-watch",
            tagline="Watches competitors' prices and says what moved",
            category=Category.SALES,
            tags=("pricing", "monitoring"),
            quality=9.0,
            price_cents=2900,
            published_at=PUBLISHED + timedelta(days=1),
        ),
        a_listing(
            "tender-radar", category=Category.RESEARCH, tags=("monitoring",), quality=7.0, price_cents=900, runs=5
        ),
        a_listing(
            "rota-fixer",
            category=Category.PEOPLE,
            tags=("planning",),
            quality=7.5,
            price_cents=900,
            rating=3.0,
            reviews=1,
        ),
        a_listing(
            "reply-desk", category=Category.SUPPORT, tags=("email", "replies"), quality=8.0, price_cents=4900, runs=12
        ),
        a_listing(
            "ledger-tidy",
            tagline="Sorts bank lines into your books",
            tags=("bookkeeping",),
            quality=8.0,
            price_cents=1200,
            published_at=PUBLISHED - timedelta(days=3),
        ),
    ]


def some_searchable() -> list[SearchableListing]:
    """The same, each with words that stand in no other of its texts."""
    described = {
        "invoice-chaser": ("Writes follow-ups for unpaid bills", ("Recovering late payments",)),
        "price-watch": ("Reads competitors' pages and spreadsheets", ("Noticing discounts",)),
        "tender-radar": ("Finds public tenders in a spread sheet of notices", ("Bidding on contracts",)),
        "rota-fixer": ("Fills the gaps in a rota of shifts", ("Covering for sick staff",)),
        "reply-desk": ("Drafts answers to customers", ("Clearing the inbox",)),
        "ledger-tidy": ("Books each payment where it belongs", ("Closing the month",)),
    }
    found: list[SearchableListing] = []
    for listing in some_listings():
        description, use_cases = described[listing.slug]
        found.append(make_searchable(listing, description=description, use_cases=use_cases))
    return found
