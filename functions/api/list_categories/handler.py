"""Lambda entry point of `functions.api.list_categories`."""

from functions.api.list_categories.router import router
from shared.runtime.http import create_app, lambda_handler

handler = lambda_handler(create_app(router))
