"""Lambda entry point of `functions.accounts.list_api_keys`."""

from functions.accounts.list_api_keys.router import router
from shared.runtime.authentication import person
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router, authenticate=person))
