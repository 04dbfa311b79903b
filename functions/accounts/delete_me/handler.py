"""Lambda entry point of `functions.accounts.delete_me`."""

from functions.accounts.delete_me.router import router
from shared.runtime.authentication import person
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router, authenticate=person))
