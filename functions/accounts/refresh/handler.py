"""Lambda entry point of `functions.accounts.refresh`."""

from functions.accounts.refresh.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
