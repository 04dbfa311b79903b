"""Lambda entry point of `functions.accounts.login`."""

from functions.accounts.login.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
