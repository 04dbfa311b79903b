"""Files as archives pack them."""

import gzip

import pytest
from backports import zstd

from local.standins.reddit.packed import CannotUnpack, unpacked

TEXT = b'{"id": "a1"}\n' * 1_000
LONG = {zstd.CompressionParameter.enable_long_distance_matching: 1, zstd.CompressionParameter.window_log: 31}


@pytest.mark.parametrize(
    "packed",
    [
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:130]) + gzip.compress(TEXT[130:]),
        zstd.compress(TEXT),
        zstd.compress(TEXT, options=LONG),
        zstd.compress(TEXT[:130]) + zstd.compress(TEXT[130:]),
        b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx" + zstd.compress(TEXT),
    ],
    ids=[
        "plain",
        "gzip",
        "gzip in two",
        "zstd",
        "zstd, long window",
        "zstd in two",
        "zstd after another frame",
    ],
)
def test_every_form_is_read_whole(packed: bytes) -> None:
    assert unpacked(packed) == TEXT


@pytest.mark.parametrize("packed", [gzip.compress(TEXT), zstd.compress(TEXT)], ids=["gzip", "zstd"])
def test_a_file_that_is_cut_off_or_spoilt_is_named(packed: bytes) -> None:
    for broken in (packed[:-5], packed[:10] + b"\xff" * 20 + packed[30:]):
        with pytest.raises(CannotUnpack, match="cannot be unpacked; is it whole"):
            unpacked(broken)


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_what_unpacks_to_too_much_is_given_up(pack: object) -> None:
    bomb = pack(b" " * 50_000_000)  # type: ignore[operator]
    assert len(bomb) < 100_000
    with pytest.raises(CannotUnpack, match="more than 4 MB"):
        unpacked(bomb, most=4 * 1024**2)


@pytest.mark.parametrize(
    ("first", "said"),
    [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"PK\x03\x04", "zip"), (b"\xff\xfe{", "UTF-16")],
)
def test_other_forms_are_named_with_what_to_do(first: bytes, said: str) -> None:
    with pytest.raises(CannotUnpack, match=said):
        unpacked(first + b"...")
