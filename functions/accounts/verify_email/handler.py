"""Lambda entry point of `functions.accounts.verify_email`."""

from functions.accounts.verify_email.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
