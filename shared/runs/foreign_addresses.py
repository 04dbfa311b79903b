"""Foreign addresses: hosts of links and mail addresses in an agent's output that neither its input nor an effect gave.

Such a link was put into the agent's code: it is the last step of a phishing agent that behaved in every test. The rule
holds in the factory's tests and in every run alike.
"""

import re
from collections.abc import Iterator, Sequence
from typing import cast

from shared.untrusted_text.folding import fold
from shared.values import Json

_ADDRESS = re.compile(
    r"(?:\b(?:https?|ftp|wss?)\s{0,3}:\s{0,3}/{1,3}|\bwww\.|[\w.+-]{1,64}@)(?P<named>[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})"
    r"|\b(?P<bare>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,24})(?=/[\w-])",
    re.IGNORECASE,
)


def find_foreign_addresses(said: Json, given: Sequence[Json]) -> list[str]:
    """The hosts in `said` that do not occur in `given`, in order."""
    known = _write_text(list(given))
    return [host for host in dict.fromkeys(_list_hosts(said)) if host not in known]


def find_answered_addresses(asked: Json, answer: Json) -> list[str]:
    """The hosts in a model's answer that were not in its question. Hosts that the model repeats came from the agent."""
    return find_foreign_addresses(answer, [asked])


def _list_hosts(said: Json) -> list[str]:
    return [(one["named"] or one["bare"]).removeprefix("www.") for one in _ADDRESS.finditer(_write_text(said))]


def _write_text(value: Json) -> str:
    return fold("\n".join(_list_texts(value)))


def _list_texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in cast("dict[str, Json]", value).items():
            yield name
            yield from _list_texts(part)
    elif isinstance(value, list):
        for part in cast("list[Json]", value):
            yield from _list_texts(part)
