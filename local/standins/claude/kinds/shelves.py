"""Which shelf of the marketplace an opportunity's words belong on; `shelves.yaml` has the words of each."""

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.data import Signals
from local.standins.claude.kinds.documents import read_document
from shared.specs.spec import Category

FILE = Path(__file__).with_name("shelves.yaml")
ENOUGH = 1.2


def shelf(brief: Brief, otherwise: str) -> str:
    """The category whose words weigh most, or the kind's own where none weighs much."""
    words = shelves()
    best = max(words, key=lambda name: (brief.weight(words[name]), name))
    return best.value if brief.weight(words[best]) >= ENOUGH else otherwise


@cache
def shelves() -> dict[Category, Signals]:
    return read_document(FILE, TypeAdapter(dict[Category, Signals]))
