"""Authenticates people and API keys. A separate module from `authentication`, because checking a key needs bcrypt, and
functions that only serve people need not load it.
"""

from time import time as clock

from fastapi import Request

from shared.accounts.key_text import KeyText, parse_key
from shared.runtime import wiring
from shared.runtime.authentication import read_credential, recognise_person
from shared.runtime.callers import NotSignedIn, Principal


async def person_or_key(request: Request) -> Principal:
    """Authenticate by access token or API key. Also raises TooManyTries, after five wrong secrets of a key in a
    minute.
    """
    shown = read_credential(request)
    key = parse_key(shown)
    return recognise_person(shown) if key is None else _recognise_key_holder(key)


def _recognise_key_holder(shown: KeyText) -> Principal:
    key = wiring.accounts.key_checks().check(shown, clock())
    if key is None:
        raise NotSignedIn
    return Principal(account_id=key.account_id, scopes=key.scopes, key_id=key.key_id)
