"""Imports, before the first call, what agents may import: a fork then has it at no cost."""

import contextlib
import importlib

MODULES = """
    asyncio bisect calendar collections csv dataclasses datetime decimal difflib enum fractions hashlib heapq
    html html.parser
    io itertools json math operator random re statistics string textwrap typing unicodedata urllib.parse
"""


def preload() -> None:
    for name in MODULES.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
