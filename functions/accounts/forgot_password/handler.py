"""Lambda entry point of `functions.accounts.forgot_password`."""

from functions.accounts.forgot_password.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
