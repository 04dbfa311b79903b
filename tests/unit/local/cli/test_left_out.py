"""People read why posts were left out."""

from local.cli.left_out import tell_left_out


def test_reasons_are_told_in_words_and_only_those_that_there_were() -> None:
    assert tell_left_out({}) == tell_left_out({"advert": 0}) == ""
    told = tell_left_out({"same_text": 7, "advert": 1, "removed": 0, "unusable": 2})
    assert told == "; left out: 1 adverts, 7 with a text that another one has, 2 unusable (`make logs` tells why)"


def test_a_reason_of_a_newer_scan_is_told_as_it_is() -> None:
    assert tell_left_out({"too_long": 3}) == "; left out: 3 too_long"
