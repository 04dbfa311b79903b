"""Content of the small web that changes: each function takes the number of the visit (from 0), returns plain data."""

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Plan:
    name: str
    price: int
    seats: int


@dataclass(frozen=True)
class Item:
    sku: str
    slug: str
    product: str
    unit_price: float
    stock: int
    minimum_order: int


@dataclass(frozen=True)
class Entry:
    """A dated text: a news story, a release note, a review, a job opening."""

    slug: str
    title: str
    day: date
    text: str
    facts: tuple[tuple[str, str], ...] = ()


def day_of(step: int) -> str:
    return (FIRST_DAY + timedelta(days=step)).isoformat()


def plans(visit: int) -> tuple[str, list[Plan]]:
    """Changes on every third visit; six states, then again from the first."""
    step = visit // 3 % 6
    prices = [(19, 49, 99), (19, 55, 99), (22, 55, 99), (22, 55, 109), (22, 49, 109), (19, 49, 109)][step]
    found = [Plan("Starter", prices[0], 1), Plan("Team", prices[1], 5), Plan("Business", prices[2], 20)]
    if step in (2, 3):
        found.append(Plan("Enterprise", 249, 100))
    return day_of(visit // 3), found


def competitor_plans(visit: int) -> list[tuple[str, str, str]]:
    """(name, price, what is in it); changes on every second visit."""
    step = visit // 2 % 4
    solo, studio = [(29, 79), (25, 79), (25, 89), (29, 89)][step]
    return [
        ("Solo", f"${solo} / month", "One project, email support"),
        ("Studio", f"${studio} / month", "Ten projects, chat support, exports"),
        ("Agency", "Talk to us", "No limits, a person who knows you"),
    ]


PRODUCTS = [
    ("OF-25", "oat-flour-25kg", "Oat flour, 25 kg", 31.5, 120, 2),
    ("RS-10", "raw-sugar-10kg", "Raw cane sugar, 10 kg", 14.2, 64, 4),
    ("CB-05", "cocoa-butter-5kg", "Cocoa butter, 5 kg", 88.0, 9, 1),
    ("KP-50", "kraft-pouches-50", "Kraft pouches, 50 pieces", 12.9, 400, 10),
    ("GL-24", "glass-jars-24", "Glass jars 370 ml, 24 pieces", 21.4, 36, 2),
    ("VE-01", "vanilla-extract-1l", "Vanilla extract, 1 l", 149.0, 0, 1),
    ("SB-20", "sunflower-butter-20kg", "Sunflower butter, 20 kg", 97.5, 15, 1),
    ("LB-1K", "labels-1000", "Waterproof labels, 1,000 pieces", 46.0, 75, 1),
]


def catalogue(visit: int) -> list[Item]:
    """Stock and prices move on every visit, along short cycles."""
    moves = (0.0, 0.4, 0.4, -0.3, 1.1, 0.0, -0.6)
    items: list[Item] = []
    for number, (sku, slug, product, price, stock, minimum) in enumerate(PRODUCTS):
        move = moves[(visit + 2 * number) % len(moves)] if (visit + number) % 3 == 0 else 0.0
        left = max(0, stock - 7 * ((visit + number) % 9)) if sku != "VE-01" else (0, 0, 6)[visit % 3]
        items.append(Item(sku, slug, product, round(price * (1 + move / 20), 2), left, minimum))
    return items


STORIES = [
    (
        "small-shops-raise-prices",
        "Small shops raise prices before summer",
        "Two in five independent shops told the trade association that they raise prices this spring. "
        "Energy and packaging are named most often. "
        "Most raise between 3% and 6%.",
    ),
    (
        "packaging-tax-delayed",
        "Packaging tax delayed until January",
        "The ministry moved the start of the packaging tax from July to 1 January 2027. "
        "Registration stays open. "
        "Importers have to report quantities from October.",
    ),
    (
        "chatbots-in-support",
        "What chatbots in support really save",
        "A survey of 210 web shops finds that chatbots answer a third of all tickets. "
        "Refunds and complaints still go to people. "
        "Smaller teams gain most.",
    ),
    (
        "card-fees-fall",
        "Card fees fall for small merchants",
        "Acquirers lower their fees for merchants under 250,000 a year. "
        "The change takes effect in May. "
        "Contracts have to be renewed to benefit.",
    ),
    (
        "four-day-week-trial",
        "Bakeries try a four-day week",
        "Eleven bakeries shortened the week for six months. "
        "Sick leave fell by a quarter and opening hours stayed. "
        "Three went back.",
    ),
    (
        "local-delivery-pool",
        "Neighbours pool their deliveries",
        "Shops of one street share a cargo bike and one rider. "
        "A delivery costs 2.40 on average. "
        "The scheme opens to others in autumn.",
    ),
]


def stories(visit: int) -> list[Entry]:
    """Newest first; a new story on every third visit."""
    newest = 3 + visit // 3
    numbers = range(newest, newest - 4, -1)
    return [
        Entry(slug, title, FIRST_DAY + timedelta(days=2 * number), text)
        for number in numbers
        for slug, title, text in [STORIES[number % len(STORIES)]]
    ]


NOTES = [
    ("Exports to CSV", "Every list can be exported. Large exports arrive by mail."),
    ("Faster search", "Search answers in half the time and forgives typing errors."),
    ("Two-factor sign-in", "Administrators can require a second factor for the whole team."),
    ("New calendar", "Weeks start on the day you choose. Holidays of 40 countries are built in."),
    ("API rate limits doubled", "All plans may now make 120 requests a minute."),
]


def release_notes(visit: int) -> list[Entry]:
    """Newest first; a new one on every second visit."""
    newest = 2 + visit // 2
    return [
        Entry(f"release-{number}", title, FIRST_DAY + timedelta(days=7 * number), text, (("version", f"4.{number}"),))
        for number in range(newest, newest - 3, -1)
        for title, text in [NOTES[number % len(NOTES)]]
    ]


JOBS = [
    ("Bookkeeper, part-time", "Olive & Rye", "Leeds", "£16 an hour"),
    ("Customer support lead", "Paper Kite", "Remote (EU)", "€41,000"),
    ("Junior data analyst", "Northbound", "Berlin", "€46,000"),
    ("Operations manager", "Acme Roasters", "Portland", "$72,000"),
    ("Warehouse shift lead", "Fastlane", "Rotterdam", "€19 an hour"),
    ("Marketing generalist", "Paper Kite", "Remote (EU)", "€44,000"),
    ("Accounts receivable clerk", "Olive & Rye", "Leeds", "£27,500"),
]


def openings(visit: int) -> list[Entry]:
    """Five of seven; one goes and one comes on every second visit."""
    first = visit // 2
    return [
        Entry(
            f"job-{number % len(JOBS) + 101}",
            title,
            FIRST_DAY + timedelta(days=number),
            f"{company} is looking for: {title}. Place: {place}.",
            (("company", company), ("location", place), ("salary", pay)),
        )
        for number in range(first + 4, first - 1, -1)
        for title, company, place, pay in [JOBS[number % len(JOBS)]]
    ]


COMPONENTS = ("API", "Dashboard", "Webhooks", "Imports", "Email delivery")
STATUSES = ("Operational", "Degraded performance", "Major outage")


def components(visit: int) -> list[tuple[str, str]]:
    """One component at a time has a bad day; changes on every second visit."""
    step = visit // 2
    troubled, level = step % (len(COMPONENTS) + 2), 1 + step // 3 % 2
    return [(name, STATUSES[level] if number == troubled else STATUSES[0]) for number, name in enumerate(COMPONENTS)]


REVIEWS = [
    (5, "Fresh every time", "The beans arrive two days after roasting. The Ethiopian is my favourite."),
    (2, "Late again", "Third order that came a week late. Support answered with a template."),
    (4, "Good, but pricey", "Lovely coffee. Shipping costs almost as much as a bag."),
    (1, "Wrong grind", "Ordered whole beans and got espresso grind. No refund so far."),
    (5, "Great for our office", "The subscription just works and the invoices are right."),
    (3, "Fine", "Nothing special, nothing wrong. The bag does not close well."),
]


def reviews(visit: int) -> list[Entry]:
    """Newest first; a new one on every second visit."""
    newest = 3 + visit // 2
    return [
        Entry(f"review-{number}", title, FIRST_DAY + timedelta(days=number), text, (("stars", str(stars)),))
        for number in range(newest, newest - 4, -1)
        for stars, title, text in [REVIEWS[number % len(REVIEWS)]]
    ]


ARTICLES = [
    "Traders indicate the selling price and the unit price of every product offered to consumers.",
    "The unit price may be left out where it equals the selling price.",
    "A reduction announces the lowest price of the 30 days before it.",
    "Prices are unambiguous, easily identifiable and clearly legible.",
    "Member authorities may fine a breach with up to 4% of the yearly turnover.",
]
AMENDMENTS = [
    "Article 3 does not apply to goods that spoil within 7 days.",
    "Article 2 is extended to products sold by the piece.",
    "Online offers show the unit price in the list of results, not only on the product's page.",
]


def amendments(visit: int) -> list[str]:
    return AMENDMENTS[: 1 + visit // 5 % len(AMENDMENTS)]
