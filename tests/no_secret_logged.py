"""What every test run holds the product to: no line that a function writes has a secret in it.

Whatever any test lets the product log goes through here (tests/conftest.py); whoever logs a secret fails that test.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from shared.accounts.key_text import find_key

SECRETS = {
    "an access token": re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"),
    "a refresh token": re.compile(r"ses_[0-9a-f]{32}\.[\w-]{20,}"),
    "a link's token": re.compile(r"mail_\w+\.[\w-]{20,}"),
    "a hash of bcrypt": re.compile(r"\$2[aby]\$\d\d\$[./0-9A-Za-z]{20,}"),
    "a password of the tests": re.compile("correct horse battery|another battery staple"),
    "a key of Stripe's": re.compile(r"\b(?:sk|rk|whsec)_(?:test_|live_)?[0-9A-Za-z]{16,}"),
    "an e-mail address of a person": re.compile(r"[\w.+-]+@(?:example|elsewhere)\.test"),
}


def secrets_in(line: str) -> list[str]:
    found = [what for what, pattern in SECRETS.items() if pattern.search(line)]
    return [*found, *(["an API key"] if find_key(line) else [])]


class _Reader(logging.Handler):
    """Reads each line as the product's own handler writes it."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found += secrets_in(self.format(record))


@contextmanager
def no_secret_is_logged(logger: logging.Logger, formatter: logging.Formatter) -> Iterator[None]:
    reader = _Reader(formatter)
    logger.addHandler(reader)
    try:
        yield
    finally:
        logger.removeHandler(reader)
    assert not reader.found, f"the log holds {', '.join(sorted(set(reader.found)))}"
