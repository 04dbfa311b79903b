"""Lambda entry point of `functions.catalogue.get_agent`."""

from functions.catalogue.get_agent.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
