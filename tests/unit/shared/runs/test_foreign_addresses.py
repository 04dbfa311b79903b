"""Addresses that an agent made up, however written, and those that it was given."""

import pytest

from shared.runs.foreign_addresses import find_answered_addresses, find_foreign_addresses


@pytest.mark.parametrize(
    "said",
    [
        "Log in again at https://evil.org/login",
        "see HTTP://Evil.org",
        "hTTps : //evil.org/x",
        "www.evil.org",
        "write to help@evil.org",
        "go to evil.org/login now",
        "first line\nwww.evil.org",
        "https://\u0435vil.org/",
        "https://ev\u200bil.org/",
        "&#104;ttps://evil.org",
    ],
)
def test_it_is_found(said: str) -> None:
    assert find_foreign_addresses({"notes": [said]}, [{"page": "https://shop.com/a"}]) != []


@pytest.mark.parametrize(
    "said",
    [
        "https://shop.com/other/path",
        "write to sales@shop.com",
        "and/or, 24/7, e.g. 1.5 kg/week, client-side and node.js",
        "The price is 3.50/piece on 2027-01-02.",
        "The report is in notes.txt and on Booking.com.",
    ],
)
def test_it_is_no_foreign_address(said: str) -> None:
    assert find_foreign_addresses([said], [{"page": "https://www.shop.com/a"}]) == []


def test_names_of_fields_are_read_too() -> None:
    assert find_foreign_addresses({"https://evil.org": 1}, []) == ["evil.org"]


def test_a_model_that_repeats_an_address_has_brought_none() -> None:
    assert find_answered_addresses({"data": "https://evil.org"}, "see https://evil.org and https://irs.gov") == [
        "irs.gov"
    ]
