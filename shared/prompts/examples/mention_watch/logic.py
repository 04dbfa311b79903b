"""Reads feeds, boards and news pages for entries that matter, ranks them, and reports each of them once."""

import asyncio
import re

TOPIC = "grants for small shops"
INTERESTS = {"grant": 2, "shop": 2}
"""Beginnings of words and what a hit counts; the customer's own keywords count most."""

OWN_WEIGHT = 3
SHORTEST_ENTRY = 3
MOST_MATCHES = 25
DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{2,8} \d{1,2}, \d{4})\b")


async def run(input, tools):
    interests = {
        **INTERESTS,
        **{word.strip().lower(): OWN_WEIGHT for word in input.get("keywords", []) if word.strip()},
    }
    unwanted = [word.strip().lower() for word in input.get("exclude", []) if word.strip()]
    sources = list(dict.fromkeys(input["sources"]))
    readings = await asyncio.gather(*[read(url, tools) for url in sources])
    matches = []
    for reading in readings:
        matches.extend(rated(reading, interests, unwanted))
    matches.sort(key=lambda match: (not match["is_new"], -match["score"], match["text"]))
    fresh = [match for match in matches if match["is_new"]]
    known_before = any(not reading["first"] and reading["ok"] for reading in readings)
    alert_sent = False
    if fresh and known_before:
        alert_sent = await tools.alert(
            f"{len(fresh)} new entries about {TOPIC}", [match["text"] for match in fresh[:10]]
        )
    return {
        "checked_on": (await tools.today()).isoformat(),
        "matches": matches[:MOST_MATCHES],
        "new_count": len(fresh),
        "sources": [
            {"url": r["url"], "ok": r["ok"], "entries": len(r["entries"]), "problem": r["why"]} for r in readings
        ],
        "summary": summary(readings, matches, fresh),
        "alert_sent": alert_sent,
    }


async def read(url, tools):
    page = await tools.page(url)
    if not page["ok"]:
        return {"url": url, "ok": False, "why": page["why"], "first": True, "entries": [], "fresh": []}
    entries = [line for line in page["lines"] if len(line.split()) >= SHORTEST_ENTRY]
    seen = await tools.changes(url, entries)
    fresh = entries if seen["first"] else seen["added"]
    return {"url": url, "ok": True, "why": "", "first": seen["first"], "entries": entries, "fresh": fresh}


def rated(reading, interests, unwanted):
    fresh = set(reading["fresh"])
    found = []
    for entry in dict.fromkeys(reading["entries"]):
        lowered = entry.lower()
        words = [word for word in interests if re.search(rf"\b{re.escape(word)}", lowered)]
        if not words or any(word in lowered for word in unwanted):
            continue
        dated = DATE.search(entry)
        found.append(
            {
                "text": entry[:300],
                "source": reading["url"],
                "words": words[:8],
                "score": min(10, sum(interests[word] for word in words)),
                "date": dated.group() if dated else "",
                "is_new": entry in fresh,
            }
        )
    return found


def summary(readings, matches, fresh):
    unread = sum(not reading["ok"] for reading in readings)
    entries = sum(len(reading["entries"]) for reading in readings)
    if unread == len(readings):
        return f"None of the sources could be read ({unread}), so nothing is known about {TOPIC}."
    text = f"{len(matches)} of {entries} entries concern {TOPIC}; {len(fresh)} of them are new."
    if matches:
        text += f" The best match: {matches[0]['text'][:120]}."
    if unread:
        text += f" Sources that could not be read: {unread}."
    return text
