"""Watches pages: what is new, what is gone, which prices moved, and where a watched word appears."""

import asyncio
import re

TOPIC = "shipping rates"
WATCH_WORDS = ("rate", "ship", "chang", "notic", "price", "shop", "price", "new")

PRICE = re.compile(r"(?:[$€£]\s?\d[\d,]*(?:\.\d{1,2})?|(?<![\d,.])\d[\d,]{0,15}(?:\.\d{1,2})?\s?(?:USD|EUR|GBP|€))")
MOST_LINES = 12


async def run(input, tools):
    words = watched_words(input.get("words", []))
    urls = list(dict.fromkeys(input["pages"]))
    pages = list(await asyncio.gather(*[look(url, words, tools) for url in urls]))
    changed = [page for page in pages if page["changed"]]
    failed = [page for page in pages if not page["ok"]]
    alert_sent = False
    if changed:
        alert_sent = await tools.alert(f"{len(changed)} of {len(pages)} pages changed", alert_lines(changed))
    return {
        "checked_on": (await tools.today()).isoformat(),
        "pages": pages,
        "changed_count": len(changed),
        "summary": summary(pages, changed, failed),
        "alert_sent": alert_sent,
    }


def watched_words(extra):
    own = [word.strip().lower() for word in extra if word.strip()]
    return list(dict.fromkeys([*own, *WATCH_WORDS]))[:30]


async def look(url, words, tools):
    page = await tools.page(url)
    if not page["ok"]:
        return entry(page, first=False)
    seen = await tools.changes(url, page["lines"])
    moves = price_moves(seen["removed"], seen["added"])
    mentions = [line for line in dict.fromkeys(page["lines"]) if any(word in line.lower() for word in words)]
    return {
        **entry(page, first=seen["first"]),
        "changed": seen["changed"],
        "added": shortened(seen["added"]),
        "removed": shortened(seen["removed"]),
        "prices": list(dict.fromkeys(PRICE.findall(page["text"])))[:MOST_LINES],
        "price_moves": moves,
        "mentions": shortened(mentions),
    }


def entry(page, first):
    return {
        "url": page["url"],
        "ok": page["ok"],
        "title": page["title"],
        "problem": page["why"],
        "first_visit": first,
        "changed": False,
        "added": [],
        "removed": [],
        "prices": [],
        "price_moves": [],
        "mentions": [],
    }


def price_moves(removed, added):
    """Lines that differ only in their figures, once before and once after."""
    before = {without_figures(line): line for line in removed if PRICE.search(line)}
    moves = []
    for line in added:
        old = before.get(without_figures(line))
        if old is not None and PRICE.search(line):
            moves.append(f"{', '.join(PRICE.findall(old))} became {', '.join(PRICE.findall(line))}: {line}"[:300])
    return moves[:MOST_LINES]


def without_figures(line):
    return re.sub(r"[\d.,]+", "#", line).lower()


def shortened(lines):
    return [line[:240] for line in lines[:MOST_LINES]]


def summary(pages, changed, failed):
    parts, read = [], len(pages) - len(failed)
    if not read:
        which = "The page" if len(pages) == 1 else f"None of the {len(pages)} pages"
        return f"{which} about {TOPIC} could {'not ' if len(pages) == 1 else ''}be read, so nothing is known about changes."
    if changed:
        most = max(changed, key=lambda page: len(page["added"]) + len(page["removed"]))
        parts.append(
            f"{len(changed)} of {len(pages)} pages about {TOPIC} changed, most of all {most['title'] or most['url']}."
        )
    elif all(page["first_visit"] for page in pages if page["ok"]):
        parts.append(
            f"First look at {read} {'page' if read == 1 else 'pages'} about {TOPIC}; the next run reports what changed."
        )
    else:
        parts.append(
            f"Nothing changed on the {read} {'page' if read == 1 else 'pages'} about {TOPIC} that could be read."
        )
    moves = sum(len(page["price_moves"]) for page in pages)
    if moves:
        parts.append(f"{moves} {'price' if moves == 1 else 'prices'} moved.")
    if failed:
        parts.append(f"{len(failed)} could not be read.")
    return " ".join(parts)


def alert_lines(changed):
    lines = []
    for page in changed:
        lines.append(f"{page['title'] or page['url']}: {len(page['added'])} lines new, {len(page['removed'])} gone")
        lines.extend(f"  {move}" for move in page["price_moves"][:3])
        lines.extend(f"  new: {line}" for line in page["added"][:3])
    return lines
