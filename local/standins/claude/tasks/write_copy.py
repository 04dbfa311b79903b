"""Marketing copy from what the spec says an agent does and who has the problem; it claims nothing else."""

from local.standins.claude.kinds.brief import Brief, heard
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import kind_of_outputs
from local.standins.claude.language.readable import phrase_in, reads_well
from shared.values import Json
from shared.words.telling import find_telling_words

MOST_OF_THE_PROBLEMS = 2
LONGEST_QUESTION = 16
ASKING = frozenset({"What", "How", "Which", "Where", "When", "Who", "Why", "Should", "Can", "Is", "Are", "Do", "At"})
NOT_FOR_EVERYBODY = ("reddit", "/r/", "r/", "dae ", "you guys", "anyone", "anybody", "meta ", "poll ")


def answer(data: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    brief = Brief({})
    who = brief.shown(str(data.get("who", "")), 100).rstrip(".")
    description = brief.shown(str(data["description"]), 900)
    gives = [_described(field) for field in data.get("outputs", [])[:4]]
    takes = [_described(field) for field in data.get("inputs", [])[:2]]
    parts = [description]
    if takes:
        parts.append(f"You give it: {'; '.join(filter(None, takes))}.")
    if gives:
        parts.append(f"You get back: {'; '.join(filter(None, gives))}.")
    if who:
        parts.append(made_for(who))
    return {
        "tagline": brief.shown(str(data["tagline"]), 140),
        "description": " ".join(parts)[:1_200],
        "use_cases": _use_cases(data, [brief.shown(str(problem), 140) for problem in data.get("problems", [])]),
    }


def made_for(who: str) -> str:
    """`an artist` is one of those whom it was made for; `entrepreneurs` are all of them."""
    one = who.split()[0].lower() in {"a", "an"}
    return f"Made for anyone who is {who}." if one else f"Made for {who}."


def _described(field: Json) -> str:
    """`summary: The result in a few words` → the part after the name."""
    text = str(field).split(": ", 1)[-1].strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _use_cases(data: dict[str, Json], problems: list[str]) -> list[str]:
    """What this kind of agent is started for, then the problems that read well, those it can help with first."""
    kind = kind_of_outputs(str(field).split(": ", 1)[0].replace(" ", "_") for field in data.get("outputs", []))
    told = [case for problem in _by_fit(problems, str(data.get("name", "")), kind) if (case := situation(problem))]
    own = list(kind.uses) if kind else []
    return [*own, *dict.fromkeys(told[:MOST_OF_THE_PROBLEMS])] or [str(data["tagline"])]


def _by_fit(problems: list[str], name: str, kind: Kind | None) -> list[str]:
    """Those first that speak of what the name says, and of what this kind of agent does."""
    named = set(find_telling_words(name))

    def fit(problem: str) -> float:
        return len(named & set(find_telling_words(problem))) + (0.3 * heard(problem, kind.signals) if kind else 0.0)

    return sorted(problems, key=lambda problem: -fit(problem))


def situation(problem: str) -> str | None:
    """A statement as a situation: `Trouble finding a lawyer.` → `When you have trouble finding a lawyer`."""
    phrase = phrase_in(problem)
    if phrase is not None and reads_well(phrase):
        return f"When you have trouble {'' if problem.startswith(f'Trouble {phrase}') else 'with '}{phrase}"
    words = problem.split()
    unfit = any(f" {one}" in f" {problem.lower()}" for one in NOT_FOR_EVERYBODY) or set(problem) & set(':"“”()')
    if problem.endswith("?") and words[0] in ASKING and 5 <= len(words) <= LONGEST_QUESTION and not unfit:
        return f'When you ask yourself: "{problem}"'
    return None
