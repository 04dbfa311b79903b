"""Lambda entry point of `functions.platform.get_openapi`."""

from functions.platform.get_openapi.router import elsewhere, router
from shared.runtime.http import create_app, lambda_handler

handler = lambda_handler(create_app(router, fallback=elsewhere))
