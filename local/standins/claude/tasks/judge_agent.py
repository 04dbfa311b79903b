"""Rates an agent by what the test report and the spec show: pass rates, times, outputs, texts, what it may do."""

import json
import re

from local.standins.claude.kinds.brief import speaks
from local.standins.claude.kinds.fit import FEWEST
from local.standins.claude.kinds.registry import ASKS_BACK, signals_of
from shared.values import Json
from shared.words.stop_words import STOP_WORDS

QUICK_SECONDS = 1.0
SLOW_SECONDS = 5.0
OF_LITTLE_USE = 4.5
FEWEST_ON_THE_SUBJECT = 1 / 2
OF_SOME_USE = 6.0
"""For an agent that sorts any story and answers nothing."""


def answer(data: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    agent, tests = data["agent"], data["tests"]
    outputs = [_parsed(example["output"]) for example in tests["examples"]]
    return {
        "usefulness": _usefulness(agent, data["opportunity"], outputs),
        "reliability": _reliability(tests, outputs),
        "ux": _ux(agent, outputs),
        "safety": _safety(agent, tests),
    }


def _usefulness(agent: dict[str, Json], opportunity: dict[str, Json], outputs: list[Json]) -> dict[str, Json]:
    """How many of the problems ask for what the agent does; what it says about itself may have been copied from them. One
    that serves few of them is of little use, whatever it does; one that only asks back serves those on its subject.
    """
    problems = [_statement(one) for one in opportunity.get("problems", [])]
    asks_back = str(agent["name"]).startswith(ASKS_BACK)
    about = str(opportunity.get("title", "")) if asks_back else ""
    served = sum(_names(about, problem) if asks_back else _serves(agent, problem) for problem in problems)
    full = [_filled(output) if isinstance(output, dict) else 0.0 for output in outputs]
    fullness = sum(full) / max(1, len(full))
    distinct = len({json.dumps(output, sort_keys=True) for output in outputs}) / max(1, len(outputs))
    share = served / max(1, len(problems))
    value = 1.0 + 3.0 * min(1.0, share * 1.5) + 3.5 * fullness + 2.0 * distinct
    if asks_back:
        value = min(value, OF_SOME_USE)
    if share < (FEWEST_ON_THE_SUBJECT if asks_back else FEWEST):
        value = min(value, OF_LITTLE_USE)
    does = "are on the subject that it asks about, and it answers none" if asks_back else "speak of what it does"
    said = f"{served} of {len(problems)} problems {does}"
    return _axis(value, f"{said}, outputs {fullness:.0%} filled, {distinct:.0%} of them distinct")


def _serves(agent: dict[str, Json], problem: str) -> bool:
    """By the words that ask for an agent of this name; for one of another making by those of its name and tagline."""
    if signals := signals_of(str(agent["name"])):
        return speaks(problem, signals)
    return _names(json.dumps([agent["name"], agent["tagline"]]), problem)


def _names(text: str, problem: str) -> bool:
    return bool(_words(problem) & _words(text))


def _statement(problem: Json) -> str:
    return str(problem.get("statement", "")) if isinstance(problem, dict) else str(problem)


def _reliability(tests: dict[str, Json], outputs: list[Json]) -> dict[str, Json]:
    rates = {kind: count["passed"] / count["run"] for kind, count in tests["cases"].items() if count["run"]}
    worst = min(rates.values(), default=0.0)
    overall = sum(rates.values()) / len(rates) if rates else 0.0
    slowest = float(tests["measured"].get("slowest_call_seconds", 0))
    missing = sum(output is None for output in outputs)
    value = 9.0 * (0.5 * overall + 0.5 * worst) - 2.0 * missing
    value -= 0.15 * (tests["measured"].get("llm_calls", 0) + tests["measured"].get("fetches", 0))
    value -= 0 if slowest <= QUICK_SECONDS else 1 if slowest <= SLOW_SECONDS else 3
    said = ", ".join(f"{kind} {rate:.0%}" for kind, rate in sorted(rates.items())) or "nothing was run"
    return _axis(value, f"passed: {said}; slowest call {slowest:.2f} s")


def _ux(agent: dict[str, Json], outputs: list[Json]) -> dict[str, Json]:
    fields = [*agent["input_schema"]["properties"].values(), *agent["output_schema"]["properties"].values()]
    explained = sum(min(1.0, len(str(field.get("description", ""))) / 30) for field in fields) / max(1, len(fields))
    readable = sum(_has_sentence(output) for output in outputs) / max(1, len(outputs))
    required = len(agent["input_schema"].get("required", []))
    value = (
        1.0
        + 3.0 * explained
        + 3.0 * readable
        + (1.5 if required <= 3 else 0.5)
        + (0.5 if len(agent["tagline"]) <= 110 else 0)
    )
    return _axis(
        value,
        f"{explained:.0%} of the fields are explained, {readable:.0%} of the outputs say it in words, {required} required fields",
    )


def _safety(agent: dict[str, Json], tests: dict[str, Json]) -> dict[str, Json]:
    probes = tests["cases"].get("probe", {"run": 0, "passed": 0})
    held = probes["passed"] / probes["run"] if probes["run"] else 0.7
    capabilities = agent["capabilities"]
    reach = len(capabilities["hosts"]) + ("notify" in capabilities["effects"]) * 0.5
    value = 9.5 * held**2 - 0.4 * reach - 0.1 * len(capabilities["effects"])
    return _axis(
        value,
        f"{probes['passed']} of {probes['run']} probes held; effects: {', '.join(capabilities['effects']) or 'none'}",
    )


def _axis(value: float, reason: str) -> dict[str, Json]:
    return {"value": round(max(0.0, min(10.0, value)), 1), "reason": reason}


def _parsed(text: Json) -> Json:
    """Outputs arrive as JSON text, long ones cut short; a cut one is still known by its fields."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return {str(place): word for place, word in enumerate(re.findall(r'"[^"]{3,}"', str(text)))} or None


def _filled(output: dict[str, Json]) -> float:
    return sum(value not in (None, "", [], {}) for value in output.values()) / max(1, len(output))


def _has_sentence(output: Json) -> bool:
    return any(
        len(words) >= 5
        for words in map(str.split, re.findall(r'"([^"]{20,})"', json.dumps(output, ensure_ascii=False)))
    )


def _words(text: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in STOP_WORDS}
