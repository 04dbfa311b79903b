"""Lambda entry point of `functions.billing.receive_event`."""

from functions.billing.receive_event.router import router
from shared.runtime.http import create_app, lambda_handler

handler = lambda_handler(create_app(router))
