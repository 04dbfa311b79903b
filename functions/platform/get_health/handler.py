"""Lambda entry point of `functions.platform.get_health`."""

from functions.platform.get_health.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
