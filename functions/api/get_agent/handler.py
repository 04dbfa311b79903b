"""Lambda entry point of `functions.api.get_agent`."""

from functions.api.get_agent.router import router
from shared.runtime.http import create_app, lambda_handler

handler = lambda_handler(create_app(router))
