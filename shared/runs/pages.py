"""Pages of the test world: shops, news, documentation, tables, feeds and JSON, each with its site's own name and words.

The scenery and the address determine the kind of a page. Its content also depends on the visit: a second visit finds
another price and other lines. Every kind names a price and a day, since agents are asked to find them.
"""

import html
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from shared.runs import wordlists
from shared.runs.scenery import Scenery, Site, invent_person, invent_product, write_paragraph, write_sentence
from shared.values import Json

FAILURES = ((404, "Page not found"), (410, "Gone"), (500, "Internal Server Error"), (503, "Service Unavailable"))


@dataclass(frozen=True)
class Matter:
    """What a page is about. `chance` draws what stays the same on every visit; `lines` is what visitors look for."""

    site: Site
    title: str
    prices: list[float]
    lines: list[str]
    day: datetime
    chance: random.Random


def write_page(
    url: str,
    scenery: Scenery,
    moment: datetime,
    *,
    visit: int = 1,
    planted: str = "",
    characters: int = 0,
    subjects: Sequence[str] = (),
) -> dict[str, Json]:
    """The result of fetching this address: at least `characters` long, with a line on each of the `subjects`."""
    matter = _draw_matter(url, scenery, moment, visit)
    matter.lines.extend(f"{subject}: {write_sentence(matter.chance)}" for subject in subjects)
    matter.lines.extend([planted] if planted else [])
    _lengthen(matter.lines, characters, matter.chance)
    path = url.split("?", 1)[0].lower()
    if path.endswith(".json") or "/api/" in path:
        return _answer(url, 200, "application/json", _write_json(matter))
    if path.endswith((".xml", ".rss", "/feed", "/rss", ".atom")):
        return _answer(url, 200, "application/rss+xml", _write_feed(url, matter))
    kinds: tuple[Callable[[Matter], str], ...] = (_write_shop, _write_news, _write_documentation, _write_table)
    body = scenery.chance("kind", url).choice(kinds)(matter)
    return _answer(url, 200, "text/html", _write_document(matter, body))


def write_failing_page(url: str, scenery: Scenery) -> dict[str, Json]:
    """The error page that a server sends instead of the requested page."""
    status, words = scenery.chance("failure", url).choice(FAILURES)
    site = scenery.site(urlsplit(url).hostname or "")
    body = f"<h1>{status} {words}</h1><hr>{_escape(site.name)}"
    return _answer(url, status, "text/html", f"<html><head><title>{words}</title></head><body>{body}</body></html>")


def _draw_matter(url: str, scenery: Scenery, moment: datetime, visit: int) -> Matter:
    chance, moved = scenery.chance("page", url), scenery.chance("visit", url, visit)
    site = scenery.site(urlsplit(url).hostname or "")
    prices = [chance.randint(300, 24_000) / 100 for _ in range(4)]
    lines = [write_sentence(chance) for _ in range(chance.randint(3, 7))]
    if visit > 1:
        prices[0] = round(prices[0] * (1 + moved.uniform(0.03, 0.3)), 2)
        lines = [*lines[1:], write_sentence(moved)]
    title = chance.choice(wordlists.HEADLINES).format(
        city=site.city, goods=chance.choice(wordlists.GOODS), person=invent_person(chance)
    )
    return Matter(
        site=site,
        title=title,
        prices=prices,
        lines=lines,
        day=moment - timedelta(days=moved.randint(0, 9)),
        chance=chance,
    )


def _lengthen(lines: list[str], characters: int, chance: random.Random) -> None:
    length = sum(map(len, lines))
    while length < characters:
        lines.append(write_paragraph(chance, 2))
        length += len(lines[-1])


def _write_shop(matter: Matter) -> str:
    chance, stocks = matter.chance, ("In stock", "Only a few left", "Ships in 3 days")
    offers = "".join(
        f'<li class="product"><h3>{_escape(invent_product(chance))}</h3>'
        f'<span class="price">{matter.site.price(price)}</span>'
        f'<span class="stock">{chance.choice(stocks)}</span></li>\n'
        for price in matter.prices
    )
    return (
        f"<h1>{_escape(matter.title)}</h1>\n<ul>{offers}</ul>\n{_list(matter)}<p>Updated on {_write_day(matter)}.</p>"
    )


def _write_news(matter: Matter) -> str:
    body = "".join(f"<p>{_escape(line)}</p>\n" for line in matter.lines)
    price = matter.site.price(matter.prices[0])
    return (
        f"<article><h1>{_escape(matter.title)}</h1><p>By {invent_person(matter.chance)}, "
        f"{_write_day(matter)}</p>\n{body}"
        f"<p>The average order is now {price}.</p>\n<p>{_escape(write_paragraph(matter.chance))}</p></article>"
    )


def _write_documentation(matter: Matter) -> str:
    steps = "".join(
        f"<h2>{place}. {_escape(line)}</h2><p>{_escape(write_paragraph(matter.chance, 2))}</p>\n"
        for place, line in enumerate(matter.lines, 1)
    )
    plan = f"<p>The team plan is {matter.site.price(matter.prices[0])} a month.</p>"
    return f"<main><h1>{_escape(matter.title)}</h1>{steps}{plan}<p>Last revised {_write_day(matter)}</p></main>"


def _write_table(matter: Matter) -> str:
    chance, cells = matter.chance, "</td><td>"
    rows = "".join(
        f"<tr><td>{_escape(invent_product(chance))}{cells}{matter.site.price(price)}"
        f"{cells}{chance.randint(0, 400)}</td></tr>"
        for price in matter.prices
    )
    head = "<tr><th>Item</th><th>Price</th><th>Available</th></tr>"
    return (
        f"<h1>{_escape(matter.title)}</h1><p>As of {_write_day(matter)}</p><table>{head}{rows}</table>{_list(matter)}"
    )


def _list(matter: Matter) -> str:
    return f"<ul>{''.join(f'<li>{_escape(line)}</li>' for line in matter.lines)}</ul>\n"


def _write_document(matter: Matter, body: str) -> str:
    name = _escape(matter.site.name)
    head = f'<meta charset="utf-8"><title>{_escape(matter.title)} | {name}</title>'
    script = f'<script>window.page={{"id":{matter.chance.randint(1000, 99999)}}};</script>'
    links = "".join(f'<a href="/{word}">{word.title()}</a>' for word in ("products", "about", "contact"))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{head}{script}</head>\n<body><header><nav>{links}</nav></header>\n'
        f"{body}\n<footer><p>{name}, {matter.site.city}</p></footer></body></html>"
    )


def _write_json(matter: Matter) -> str:
    items = [{"name": invent_product(matter.chance), "price": price} for price in matter.prices]
    body = {
        "title": matter.title,
        "vendor": matter.site.name,
        "updated": f"{matter.day:%Y-%m-%dT%H:%M:%SZ}",
        "price": matter.prices[0],
        "items": items,
        "notes": matter.lines,
    }
    return json.dumps(body, ensure_ascii=False, indent=matter.chance.choice((None, 2)))


def _write_feed(url: str, matter: Matter) -> str:
    entries = "".join(_write_entry(url, matter, place, line) for place, line in enumerate(matter.lines))
    head = f"<channel><title>{_escape(matter.site.name)}</title>"
    return f'<?xml version="1.0"?><rss version="2.0">{head}{entries}</channel></rss>'


def _write_entry(url: str, matter: Matter, place: int, line: str) -> str:
    posted = matter.day - timedelta(hours=7 * place)
    said = f"{matter.site.price(matter.prices[place % 4])}: {write_sentence(matter.chance)}"
    return (
        f"<item><title>{_escape(line)}</title><link>{_escape(url)}/{matter.chance.randint(100, 9999)}</link>"
        f"<pubDate>{posted:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{_escape(said)}</description></item>\n"
    )


def _answer(url: str, status: int, content_type: str, text: str) -> dict[str, Json]:
    return {"url": url, "status": status, "content_type": content_type, "text": text}


def _write_day(matter: Matter) -> str:
    return f"{matter.day:%Y-%m-%d}"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
