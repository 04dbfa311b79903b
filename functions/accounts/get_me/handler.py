"""Lambda entry point of `functions.accounts.get_me`."""

from functions.accounts.get_me.router import router
from shared.runtime.http import create_app, make_handler
from shared.runtime.key_authentication import person_or_key

handler = make_handler(create_app(router, authenticate=person_or_key))
