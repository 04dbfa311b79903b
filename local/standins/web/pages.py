"""The pages of the small web: host and path → what a visit number shows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from local.standins.web import catalogues as content
from local.standins.web.catalogues import Entry


@dataclass(frozen=True)
class Shown:
    body: str
    content_type: str = "text/html; charset=utf-8"


Page = Callable[[int], Shown]


def html(title: str, body: str) -> Shown:
    style = "<style>body{font-family:sans-serif;max-width:60rem;margin:auto}</style>"
    head = f"<head><title>{escape(title)}</title>{style}</head>"
    navigation = '<nav><a href="/">Home</a> <a href="/about">About</a></nav>'
    footer = "<footer>Set in a small web that exists on one machine only.</footer>"
    script = "<script>window.visited = true;</script>"
    page = f"{navigation}<main><h1>{escape(title)}</h1>{body}</main>{footer}{script}"
    return Shown(f'<!doctype html><html lang="en">{head}<body>{page}</body></html>\n')


def as_json(value: object) -> Shown:
    return Shown(json.dumps(value, indent=1, ensure_ascii=False), "application/json")


def table(headers: list[str], rows: list[list[object]]) -> str:
    head = "".join(f"<th>{escape(header)}</th>" for header in headers)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def plans(visit: int) -> Shown:
    updated, found = content.plans(visit)
    rows: list[list[object]] = [[plan.name, f"${plan.price}", plan.seats] for plan in found]
    return html("Plans and prices", f"<p>Updated {updated}</p>" + table(["Plan", "Price a month", "Seats"], rows))


def plans_json(visit: int) -> Shown:
    updated, found = content.plans(visit)
    listed = [{"name": plan.name, "price": plan.price, "seats": plan.seats} for plan in found]
    return as_json({"updated": updated, "currency": "USD", "plans": listed})


def competitor_pricing(visit: int) -> Shown:
    plans = content.competitor_plans(visit)
    parts = [f"<h2>{name}</h2><p><b>{price}</b></p><p>{escape(what)}</p>" for name, price, what in plans]
    return html("Pricing", "".join(parts))


def changelog(visit: int) -> Shown:
    return html("Changelog", "".join(article(entry) for entry in content.release_notes(visit)))


def catalogue(visit: int) -> Shown:
    rows: list[list[object]] = [
        [item.sku, item.product, f"{item.unit_price:.2f}", item.stock, item.minimum_order]
        for item in content.catalogue(visit)
    ]
    return html("Catalogue", table(["SKU", "Product", "Unit price (USD)", "Stock", "Minimum order"], rows))


def catalogue_csv(visit: int) -> Shown:
    lines = ["sku,product,unit_price,stock,minimum_order"]
    lines += [
        f'{item.sku},"{item.product}",{item.unit_price:.2f},{item.stock},{item.minimum_order}'
        for item in content.catalogue(visit)
    ]
    return Shown("\n".join(lines) + "\n", "text/csv; charset=utf-8")


def catalogue_json(visit: int) -> Shown:
    keys = ("sku", "product", "unit_price", "stock", "minimum_order")
    return as_json({"items": [{key: getattr(item, key) for key in keys} for item in content.catalogue(visit)]})


def product(slug: str) -> Page:
    def page(visit: int) -> Shown:
        item = next(item for item in content.catalogue(visit) if item.slug == slug)
        available = f"In stock: {item.stock}" if item.stock else "Out of stock"
        facts = f"<p>SKU {item.sku}</p><p>Price: <b>${item.unit_price:.2f}</b></p><p>{available}</p>"
        return html(item.product, facts + f"<p>Minimum order: {item.minimum_order}</p>")

    return page


def front_page(visit: int) -> Shown:
    return html("The Shopkeeper's Post", "".join(article(entry, link=True) for entry in content.stories(visit)))


def story(slug: str, title: str, text: str) -> Page:
    paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in text.split(". "))
    return lambda _visit: html(title, f'<p><a href="/">Back</a> | {slug}</p>{paragraphs}')


def feed(visit: int) -> Shown:
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>http://news.test/posts/{entry.slug}</link>"
        f"<pubDate>{entry.day:%a, %d %b %Y} 08:00:00 GMT</pubDate>"
        f"<description>{escape(entry.text)}</description></item>"
        for entry in content.stories(visit)
    )
    channel = f"<channel><title>The Shopkeeper's Post</title><link>http://news.test/</link>{items}</channel>"
    return Shown(f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>', "application/rss+xml")


def openings(visit: int) -> Shown:
    rows: list[list[object]] = [
        [entry.title, *(text for _, text in entry.facts), entry.day] for entry in content.openings(visit)
    ]
    return html("Openings", table(["Title", "Company", "Location", "Salary", "Posted"], rows))


def openings_json(visit: int) -> Shown:
    listed = [
        {"id": entry.slug, "title": entry.title, **dict(entry.facts), "posted": entry.day.isoformat()}
        for entry in content.openings(visit)
    ]
    return as_json({"openings": listed})


def regulation(visit: int) -> Shown:
    articles = "".join(f"<h2>Article {number}</h2><p>{text}</p>" for number, text in enumerate(content.ARTICLES, 1))
    listed = "".join(f"<li>{text}</li>" for text in content.amendments(visit))
    head = "<p>Effective from 28 May 2026</p>"
    return html("Rules on the indication of prices", f"{head}{articles}<h2>Amendments</h2><ol>{listed}</ol>")


def data_retention(_visit: int) -> Shown:
    text = "<h2>Article 1</h2><p>Invoices are kept for ten years.</p><h2>Article 2</h2>"
    return html("Rules on data retention", f"{text}<p>Personal data is erased when its purpose ends.</p>")


def status(visit: int) -> Shown:
    rows: list[list[object]] = [[name, state] for name, state in content.components(visit)]
    return html("System status", table(["Component", "Status"], rows))


def status_json(visit: int) -> Shown:
    listed = [{"name": name, "status": state} for name, state in content.components(visit)]
    return as_json({"updated": content.day_of(visit // 2), "components": listed})


def reviews(visit: int) -> Shown:
    return html("Reviews of Acme Roasters", "".join(article(entry) for entry in content.reviews(visit)))


def article(entry: Entry, *, link: bool = False) -> str:
    title = escape(entry.title)
    heading = f'<a href="/posts/{entry.slug}">{title}</a>' if link else title
    facts = "".join(f"<span>{escape(name)}: {escape(text)}</span> " for name, text in entry.facts)
    return f"<article><h2>{heading}</h2><time>{entry.day}</time> {facts}<p>{escape(entry.text)}</p></article>"


def robots(_visit: int) -> Shown:
    return Shown("User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")


PAGES: Mapping[str, Page] = {
    "pricing.test/": plans,
    "pricing.test/plans": plans,
    "pricing.test/plans.json": plans_json,
    "competitor.test/pricing": competitor_pricing,
    "competitor.test/changelog": changelog,
    "competitor.test/robots.txt": robots,
    "supplier.test/catalogue": catalogue,
    "supplier.test/catalogue.csv": catalogue_csv,
    "supplier.test/catalogue.json": catalogue_json,
    **{f"supplier.test/products/{row[1]}": product(row[1]) for row in content.PRODUCTS},
    "news.test/": front_page,
    "news.test/feed.xml": feed,
    "news.test/robots.txt": robots,
    **{f"news.test/posts/{slug}": story(slug, title, text) for slug, title, text in content.STORIES},
    "jobs.test/openings": openings,
    "jobs.test/openings.json": openings_json,
    "regulator.test/rules/price-indication": regulation,
    "regulator.test/rules/data-retention": data_retention,
    "status.test/": status,
    "status.test/api/status.json": status_json,
    "reviews.test/acme-roasters": reviews,
}
