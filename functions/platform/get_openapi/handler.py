"""Lambda entry point of `functions.platform.get_openapi`."""

from functions.platform.get_openapi.router import answer_elsewhere, router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router, fallback=answer_elsewhere))
