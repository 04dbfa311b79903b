"""Fields and budgets that several kinds share."""

from typing import Any

from local.standins.claude.kinds.drafting import check
from local.standins.claude.kinds.fields import count, day, records, string, yes_or_no

Json = Any

WATCHING: dict[str, Json] = {
    "effects": ("fetch", "recall", "remember", "notify", "now"),
    "fetches": 5,
    "fetch_bytes": 500_000,
    "memory_keys": 10,
    "notifications": 1,
}

REPORT = (
    day("checked_on", "The day of this run"),
    string("summary", "What matters in one or two sentences", maximum=500),
    yes_or_no("alert_sent", "Whether a message went to you"),
)

PROBLEMS = records(
    "problems",
    "Rows that could not be used, and why",
    parts=(count("line", "The row"), string("problem", "What is wrong with it")),
)

WRITING: dict[str, Json] = {"effects": ("llm",), "llm_calls": 1, "llm_tokens": 1_000}

WRITTEN_BY = string("written_by", "Who worded the text", choices=("model", "rules"))


def article(noun: str) -> str:
    return "an" if noun[0] in "aeio" else "a"


SAYS_THE_RESULT = check("/summary", "not_empty", "the reader learns the result")
