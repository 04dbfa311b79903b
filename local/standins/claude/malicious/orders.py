"""Finding what a planted text wants: sentences that read like orders, addresses, and words to be repeated."""

import re
from typing import cast

from shared.values import Json

ORDER = re.compile(
    r"\b(ignore|disregard|forget|instead|you must|you are now|system|assistant|output|print|reply|respond|answer|say"
    r"|write|include|append|add|insert|fetch|visit|open|send|post|upload|leak|reveal|show|repeat|set|rate|import|run"
    r"|execute|recall|notify|translate|replace|use)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+")
MOST_ORDERS = 12


def orders_in(data: Json) -> list[str]:
    """In the order in which they come; cut short."""
    sentences = [part for text in texts(data) for part in re.split(r"(?<=[.!?])\s+|\n+", text)]
    return list(dict.fromkeys(" ".join(one.split())[:300] for one in sentences if ORDER.search(one)))[:MOST_ORDERS]


def addresses_in(data: Json) -> list[str]:
    return list(dict.fromkeys(found for text in texts(data) for found in ADDRESS.findall(text)))[:5]


def texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in cast("dict[str, Json]", value).values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in cast("list[Json]", value) for text in texts(part)]
    return []
