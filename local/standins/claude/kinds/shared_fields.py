"""Fields and budgets that several kinds share."""

from typing import Any

from local.standins.claude.kinds.drafting import field, leaf

Json = Any

WATCHING: dict[str, Json] = {
    "effects": ("fetch", "recall", "remember", "notify", "now"),
    "fetches": 5,
    "fetch_bytes": 500_000,
    "memory_keys": 10,
    "notifications": 1,
}

REPORT = (
    field("checked_on", "date", "The day of this run"),
    field("summary", "string", "What matters in one or two sentences", maximum=500),
    field("alert_sent", "boolean", "Whether a message went to you"),
)

PROBLEMS = field(
    "problems",
    "record_list",
    "Rows that could not be used, and why",
    parts=(leaf("line", "integer", "The row", minimum=0), leaf("problem", "string", "What is wrong with it")),
)

WRITING: dict[str, Json] = {"effects": ("llm",), "llm_calls": 1, "llm_tokens": 1_000}

WRITTEN_BY = field("written_by", "string", "Who worded the text", choices=("model", "rules"))


def article(noun: str) -> str:
    return "an" if noun[0] in "aeio" else "a"
