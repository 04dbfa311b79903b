"""Cleans a list, rates every entry by what matters for the choice, and ranks it with the reasons."""

import re

SUBJECT = "supplier"
CRITERIA = {
    "price": ("price", "cost", "$", "unit"),
    "minimum order": ("minimum", "moq", "pieces"),
    "delivery time": ("lead", "deliver", "days", "weeks", "shipping"),
    "quality proof": ("certif", "sample", "iso", "audit", "tested"),
}
"""What people with this problem look for: a criterion and the words that speak for it."""

CRITERION_POINTS = 10
MUST_POINTS = 20
PREFER_POINTS = 8
AVOID_POINTS = 15
IDENTITY_COLUMNS = ("email", "e_mail", "name", "company", "title", "supplier", "candidate", "idea")


async def run(input, tools):
    table = tools.table(input["records"])
    wishes = {name: cleaned(input.get(name, [])) for name in ("must_have", "prefer", "avoid")}
    unique, duplicates = without_duplicates(table["rows"], table["columns"])
    rated, problems = tools.each(unique, lambda row: rating(row, table["columns"], wishes))
    top = max([entry["points"] for entry in rated], default=0)
    rated.sort(key=lambda entry: (-entry["points"], entry["name"].lower()))
    ranking = [
        {
            "rank": place,
            "name": entry["name"],
            "score": round(100 * max(0, entry["points"]) / top) if top > 0 else 0,
            "reasons": entry["reasons"],
            "warnings": entry["warnings"],
        }
        for place, entry in enumerate(rated, start=1)
    ]
    wanted = input.get("top", 10)
    return {
        "ranking": ranking[:wanted],
        "entries_read": len(table["rows"]),
        "duplicates": duplicates[:50],
        "criteria_used": [*wishes["must_have"], *wishes["prefer"], *CRITERIA],
        "problems": [*table["problems"], *problems][:20],
        "summary": summary(ranking, duplicates, len(table["rows"])),
    }


def cleaned(words):
    return list(dict.fromkeys(" ".join(word.lower().split()) for word in words if word.strip()))


def without_duplicates(rows, columns):
    identity = [column for column in IDENTITY_COLUMNS if column in columns] or columns[:1]
    first, unique, duplicates = {}, [], []
    for row in rows:
        keys = [(column, plain(row[column])) for column in identity if plain(row[column])]
        same = next((first[key] for key in keys if key in first), None)
        if same is None:
            unique.append(row)
        else:
            duplicates.append({"line": row["line"], "same_as_line": same})
        for key in keys:
            first.setdefault(key, same or row["line"])
    return unique, duplicates


def plain(text):
    return re.sub(r"[^a-z0-9@.$]+", " ", text.lower()).strip()


def says(text, word):
    """Whether the text has a word that begins so, and does not say that it is missing: `no samples` is no sample."""
    wanted = plain(word) or word
    return re.search(rf"(?<![a-z0-9])(?<!no )(?<!not )(?<!without ){re.escape(wanted)}", text) is not None


def rating(row, columns, wishes):
    values = [row[column] for column in columns]
    name = next((row[column] for column in IDENTITY_COLUMNS[2:] if row.get(column)), values[0] if values else "")
    if not name.strip():
        raise ValueError("has no name")
    text = plain(" ".join(f"{column} {row[column]}" for column in columns if row[column]))
    points, reasons, warnings = 0, [], []
    for word in wishes["must_have"]:
        if says(text, word):
            points += MUST_POINTS
            reasons.append(f"has {word}")
        else:
            points -= MUST_POINTS
            warnings.append(f"lacks {word}")
    for word in wishes["prefer"]:
        if says(text, word):
            points += PREFER_POINTS
            reasons.append(f"offers {word}")
    for word in wishes["avoid"]:
        if says(text, word):
            points -= AVOID_POINTS
            warnings.append(f"mentions {word}")
    filled = {column for column in columns if row[column]}
    for criterion, words in CRITERIA.items():
        hits = [word for word in words if says(text, word) or any(says(column, word) for column in filled)]
        if hits:
            points += CRITERION_POINTS
            reasons.append(f"says something about {criterion}")
    empty = [column for column in columns if not row[column]]
    if empty:
        points -= len(empty)
        warnings.append(f"leaves out {', '.join(empty[:4])}")
    return {"name": name[:200], "points": points, "reasons": reasons[:10], "warnings": warnings[:10]}


def summary(ranking, duplicates, total):
    if not ranking:
        return f"No {SUBJECT} could be read from the list."
    text = f"{len(ranking)} of {total} rows are distinct {SUBJECT}s; first comes {ranking[0]['name']}"
    if ranking[0]["reasons"]:
        text += f" ({', '.join(ranking[0]['reasons'][:3])})"
    weak = sum(entry["score"] < 40 for entry in ranking)
    text += f". {weak} {'scores' if weak == 1 else 'score'} below 40 of 100."
    return text + f" Rows that repeat another: {len(duplicates)}."
