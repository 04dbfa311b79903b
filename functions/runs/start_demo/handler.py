"""Lambda entry point of `functions.runs.start_demo`."""

from functions.runs.start_demo.router import router
from shared.runtime.http import create_app, make_handler

handler = make_handler(create_app(router))
