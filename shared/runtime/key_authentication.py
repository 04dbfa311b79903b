"""How callers are recognised who may also come with an API key. Apart from `authentication`, because checking one
takes bcrypt, which functions for people alone do without.
"""

from time import time as clock

from fastapi import Request

from shared.accounts.key_text import KeyText, parse_key
from shared.runtime import wiring
from shared.runtime.authentication import read_credential, recognise_person
from shared.runtime.callers import NotSignedIn, Principal


async def person_or_key(request: Request) -> Principal:
    """Raises also TooManyTries: wrong secrets of one key are five a minute."""
    shown = read_credential(request)
    key = parse_key(shown)
    return recognise_person(shown) if key is None else _recognise_key_holder(key)


def _recognise_key_holder(shown: KeyText) -> Principal:
    key = wiring.accounts.key_checks().check(shown, clock())
    if key is None:
        raise NotSignedIn
    return Principal(account_id=key.account_id, scopes=key.scopes, key_id=key.key_id)
