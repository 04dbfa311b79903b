"""Texts that speak to a language model instead of to people."""

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|\b(?:system|developer)\s+(?:prompt|message)\b"
    r"|\b(?:as|you are|you're)\s+(?:now\s+)?(?:an?\s+)?(?:ai|language model|assistant)\b"
    r"|</?(?:data|system|instructions?)>",
    re.IGNORECASE | re.DOTALL,
)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a language model instead of about a problem: later prompts will read it again."""
    return _ORDERS.search(text) is not None
