"""Lambda entry point of `functions.accounts.register`."""

from functions.accounts.register.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
