"""Plain texts: people read them on the marketplace, so they hold no markup, links, control characters or orders to a
model.
"""

import unicodedata

from shared.untrusted_text.codes import has_code
from shared.untrusted_text.invisible import has_invisible
from shared.untrusted_text.markup import has_link, has_markup
from shared.untrusted_text.orders import gives_orders


def tidy(text: str) -> str:
    """Correct what a careless writer may get wrong: put the text on one line, with composed characters and single
    spaces.
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def check_text(where: str, text: str) -> list[str]:
    """Why this text may not be shown, as sentences; empty if the text is plain."""
    findings = list[str]()
    if has_invisible(text):
        findings.append(f"{where}: has control or invisible characters")
    if has_markup(text):
        findings.append(f"{where}: has markup; write plain text")
    if has_link(text):
        findings.append(f"{where}: has a link or an address; write plain text")
    if gives_orders(text):
        findings.append(f"{where}: reads like an order to a model")
    return findings


def check_codes(where: str, text: str) -> list[str]:
    """The codes in a text, as sentences. For texts without a source, which may not repeat any code."""
    return [f"{where}: has a code or a word that nobody can read; write plain words"] if has_code(text) else []
