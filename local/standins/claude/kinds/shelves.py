"""Which shelf of the marketplace an opportunity's words belong on."""

from local.standins.claude.kinds.brief import Brief

SHELVES: dict[str, dict[str, float]] = {
    "finance": {
        "pay": 2,
        "invoice": 3,
        "cash": 3,
        "money": 1,
        "fund": 2,
        "loan": 3,
        "accounting": 3,
        "bookkeep": 3,
        "bank": 2,
    },
    "legal_and_compliance": {
        "legal": 3,
        "lawyer": 3,
        "contract": 2,
        "tax": 2,
        "llc": 3,
        "licen": 2,
        "regulat": 2,
        "trademark": 3,
    },
    "marketing": {"market": 2, "advert": 3, "seo": 3, "brand": 2, "promot": 2, "traffic": 2, "social": 1},
    "people": {"hire": 3, "hiring": 3, "employee": 3, "staff": 2, "cofounder": 3, "team": 1},
    "product": {"prototype": 2, "product": 1, "app!": 1, "feature": 2, "design": 1, "develop": 1},
    "sales": {"sell": 2, "sale": 2, "client": 2, "customer": 1, "lead!": 2, "pricing": 2},
    "support": {"support": 3, "complain": 3, "review": 2, "refund": 3},
}


def shelf(brief: Brief, otherwise: str) -> str:
    """The category whose words weigh most, or the kind's own where none weighs much."""
    best = max(SHELVES, key=lambda name: (brief.weight(SHELVES[name]), name))
    return best if brief.weight(SHELVES[best]) >= 1.2 else otherwise
