"""Lambda entry point of `functions.billing.open_portal`."""

from functions.billing.open_portal.router import router
from shared.runtime.authentication import person
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router, authenticate=person))
