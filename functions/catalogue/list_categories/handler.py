"""Lambda entry point of `functions.catalogue.list_categories`."""

from functions.catalogue.list_categories.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
