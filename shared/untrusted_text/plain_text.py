"""Texts that people will read on the marketplace are plain: no markup, no links, no control characters, no orders to
a model.
"""

import re
import unicodedata

MARKUP = re.compile(
    r"<[a-zA-Z/!?][^<>]{0,300}>?|&(#\d+|#x[0-9a-f]+|[a-z]{2,8});|\[[^\[\]]{0,300}\]\([^()]{0,300}\)|`{3}", re.IGNORECASE
)
"""Every repetition in here is bounded: it reads texts of strangers."""
LINK = re.compile(r"\b(https?|ftp|javascript|data|file):|\bwww\.|\b[\w.+-]{1,64}@[\w-]{1,63}\.\w", re.IGNORECASE)
ORDERS = re.compile(
    r"\b(ignore|disregard|forget|override)\b[^.;!?]{0,40}\b(previous|prior|above|earlier|all|your)\b[^.;!?]{0,20}\b(instructions?|rules?|prompts?)\b"
    r"|\bsystem prompt\b|\byou are now\b|\brate (it|this|me) (10|ten)\b",
    re.IGNORECASE,
)
CODE = re.compile(
    r"\b(?=[A-Za-z0-9]*\d[A-Za-z]*)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{12,}\b"
    r"|\b[A-Z]{4,}[-_:](?:[A-Z0-9]+[-_:])*[A-Z0-9]{3,}\b|(?=\S*\d)\b[A-Z]{4,}(?:[-_:][A-Z0-9]+){2,}\b",
    re.ASCII,
)
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def plain(text: str) -> str:
    """One line, composed characters, single spaces: what a careless writer may get wrong without meaning harm."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def has_code(text: str) -> bool:
    """Whether the text has a word as it is planted to be found again: letters mixed with digits, capitals with
    hyphens.
    """
    return CODE.search(text) is not None


def text_findings(where: str, text: str) -> list[str]:
    """Why this text may not be shown, as sentences; empty when it is plain."""
    findings = list[str]()
    if any(unicodedata.category(character) in INVISIBLE for character in text):
        findings.append(f"{where}: has control or invisible characters")
    if MARKUP.search(text):
        findings.append(f"{where}: has markup; write plain text")
    if LINK.search(text):
        findings.append(f"{where}: has a link or an address; write plain text")
    if ORDERS.search(text):
        findings.append(f"{where}: reads like an order to a model")
    return findings
