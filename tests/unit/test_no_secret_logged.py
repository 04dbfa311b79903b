"""The reader of the log finds what must not be there."""

import logging

import pytest

from shared.accounts.key_text import mint_key
from tests.no_secret_logged import no_secret_is_logged, secrets_in

SEEN = {
    "an access token": "authorization Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJlLWhlcmU",
    "a refresh token": "cookie ses_" + "0" * 32 + "." + "s" * 43,
    "a link's token": "https://mam.test/verify-email#token=mail_0a1b2c." + "s" * 43,
    "a hash of bcrypt": "$2b$12$" + "a" * 53,
    "a key of Stripe's": "sk_test_" + "a" * 24,
    "an e-mail address of a person": "no account for ann@example.test",
    "an API key": f"GET /me?key={mint_key().text}",
}


@pytest.mark.parametrize("what", SEEN)
def test_a_secret_in_a_line_is_found(what: str) -> None:
    assert secrets_in(SEEN[what]) == [what]


@pytest.mark.parametrize("line", ["request", "mail sent mail_0a1b2c verify", "ses_" + "0" * 32, "mam_short_key"])
def test_what_only_names_things_is_let_pass(line: str) -> None:
    assert secrets_in(line) == []


def test_who_logs_a_secret_fails() -> None:
    logger = logging.getLogger("a logger of this test")
    with (
        pytest.raises(AssertionError, match="a refresh token"),
        no_secret_is_logged(logger, logging.Formatter("%(message)s")),
    ):
        logger.warning("refused %s", SEEN["a refresh token"])
