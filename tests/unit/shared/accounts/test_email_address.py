"""One spelling for each mailbox, and a clear no to what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.email_address import EmailInvalid, normalise_email


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.Smith+News@EXAMPLE.Com ", "ann.smith+news@example.com"),
        ("ann@bücher.example.com", "ann@xn--bcher-kva.example.com"),
        ("ann@BÜCHER.example.com", "ann@xn--bcher-kva.example.com"),
        ("ann@xn--bcher-kva.example.com", "ann@xn--bcher-kva.example.com"),
        ("ann@mam.test", "ann@mam.test"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_one_mailbox_has_one_spelling(written: str, normal: str) -> None:
    assert normalise_email(written) == normal
    assert normalise_email(normal) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@@example.com",
        "ann@exam ple.com",
        "ann@[127.0.0.1]",
        "ann@localhost",
        "änn@example.com",
        "ann@example.com\nbcc: bob@example.com",
        "ann@example.com, bob@example.com",
        '"ann smith"@example.com',
        "Ann <ann@example.com>",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 64 + ".com",
        "ann@" + "a." * 130 + "com",
        "ann\x00@example.com",
        "ann@exa\u200bmple.com",
        "\ud800@example.com",
        "a" * 10_000,
    ],
)
def test_what_is_no_address_is_told_by_the_field(written: str) -> None:
    with pytest.raises(EmailInvalid) as refused:
        normalise_email(written)
    assert (refused.value.status, refused.value.extra["errors"][0]["field"]) == (422, "email")


@given(st.text(max_size=300))
def test_whatever_is_written_is_an_address_or_refused(written: str) -> None:
    try:
        normal = normalise_email(written)
    except EmailInvalid:
        return
    assert normal.isascii()
    assert normal == normal.lower()
    assert normalise_email(normal) == normal
