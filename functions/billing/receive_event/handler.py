"""Lambda entry point of `functions.billing.receive_event`."""

from functions.billing.receive_event.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
