"""Lambda entry point of `functions.catalogue.list_agents`."""

from functions.catalogue.list_agents.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
