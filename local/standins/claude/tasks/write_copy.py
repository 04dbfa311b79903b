"""Marketing copy from what the spec says an agent does and who has the problem; it claims nothing else."""

from typing import Any

from local.standins.claude.kinds.brief import Brief

Json = Any


def answer(data: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    brief = Brief({})
    who = brief.shown(str(data.get("who", "")), 100).rstrip(".")
    description = brief.shown(str(data["description"]), 900)
    gives = [_described(field) for field in data.get("outputs", [])[:4]]
    takes = [_described(field) for field in data.get("inputs", [])[:2]]
    parts = [description]
    if takes:
        parts.append(f"You give it: {'; '.join(filter(None, takes)).lower()}.")
    if gives:
        parts.append(f"You get back: {'; '.join(filter(None, gives)).lower()}.")
    if who:
        parts.append(f"Made for {who}.")
    problems = [brief.shown(str(problem), 140).rstrip(".") for problem in data.get("problems", [])]
    return {
        "tagline": brief.shown(str(data["tagline"]), 140),
        "description": " ".join(parts)[:1_200],
        "use_cases": [_situation(problem) for problem in dict.fromkeys(filter(None, problems))][:4]
        or [f"{gives[0]} without doing it by hand" if gives and gives[0] else str(data["tagline"])],
    }


def _described(field: Json) -> str:
    """`summary: The result in a few words` → the part after the name."""
    return str(field).split(": ", 1)[-1].strip().rstrip(".")


def _situation(problem: str) -> str:
    """`Trouble finding a lawyer` → `When you have trouble finding a lawyer`."""
    start = f"{problem[0].lower()}{problem[1:]}"
    return f"When you have {start}" if start.startswith("trouble") else f"When {start}"
