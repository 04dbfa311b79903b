"""Does a text hold markup, links or encoded data? The texts are untrusted, so all repetitions in patterns are
bounded.
"""

import re

_MARKUP = re.compile(
    r"<[a-zA-Z/!?][^<>]{0,300}>?|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});|\[[^\[\]]{0,300}\]\([^()]{0,300}\)|`{3}",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"<\s{0,9}/?\s{0,9}(?:script|img|iframe|svg|a|object|embed|form|style|link|meta|base|input)\b|javascript:",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:https?|ftp|javascript|data|file):|\bwww\.|\b[\w.+-]{1,64}@[\w-]{1,63}\.\w", re.IGNORECASE)
_HOST = re.compile(r"\b(?:https?|ftp|wss?)://([\w.-]{1,253})", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{80,}|(?:\\x[0-9a-f]{2}){8,}")
_FEWEST_SIGNS = 10
"""Encoded data uses many signs; a line of hyphens in a report uses one."""


def has_markup(text: str) -> bool:
    """Whether the text holds tags, entities, Markdown links or fences. `A < B` is not markup."""
    return _MARKUP.search(text) is not None


def has_active_markup(text: str) -> bool:
    """Whether the text holds markup that loads or runs something when shown. A placeholder such as `<name>`
    does not.
    """
    return _ACTIVE.search(text) is not None


def has_link(text: str) -> bool:
    """Whether the text holds an address of a page, a file or a person."""
    return _LINK.search(text) is not None


def find_linked_hosts(text: str) -> list[str]:
    return [host.lower() for host in _HOST.findall(text)]


def has_encoded_data(text: str) -> bool:
    """Whether the text holds a run of characters too long for a word, such as base64 or escaped bytes."""
    return any(run.startswith("\\") or len(set(run)) >= _FEWEST_SIGNS for run in _RUN.findall(text))
