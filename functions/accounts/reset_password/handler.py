"""Lambda entry point of `functions.accounts.reset_password`."""

from functions.accounts.reset_password.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
