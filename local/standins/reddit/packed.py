"""Files of posts as archives pack them: gzip, or zstd with long windows. What they unpack to is bounded."""

import gzip
import io
import zlib

from backports import zstd

MOST_BYTES = 512 * 1024 * 1024
LONGEST_WINDOW = 31
"""Bits: Reddit's archives are packed with --long=31, of which a reader has to be told."""
PIECE = 1024 * 1024

_GZIP, _ZSTD, _SKIPPED = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18"
_OTHERS = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7z", b"PAR1": "Parquet"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class CannotUnpack(Exception):
    """The message says what the file is and what to do."""


def unpacked(content: bytes, most: int = MOST_BYTES) -> bytes:
    """The content itself if it is not packed. It is known by its first bytes, whatever the file is called."""
    if content.startswith(_GZIP):
        return _read("gzip", gzip.GzipFile(fileobj=io.BytesIO(content)), most)
    if content.startswith(_ZSTD) or content[1:4] == _SKIPPED:
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: LONGEST_WINDOW}
        return _read("zstd", zstd.ZstdFile(io.BytesIO(content), options=options), most)
    for first, name in _OTHERS.items():
        if content.startswith(first):
            raise CannotUnpack(f"is a file of kind {name}: unpack it, or pack it with gzip or zstd")
    if content.startswith(_UTF_16):
        raise CannotUnpack("is UTF-16: save it as UTF-8")
    return content


def _read(name: str, file: gzip.GzipFile | zstd.ZstdFile, most: int) -> bytes:
    """In pieces, so that what unpacks to more than anybody can scan is given up early."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > most:
                raise CannotUnpack(f"unpacks to more than {most // 1024**2} MB: split it into smaller files")
            pieces.append(piece)
    except (EOFError, OSError, zlib.error, zstd.ZstdError) as error:
        raise CannotUnpack(f"begins as {name} but cannot be unpacked; is it whole? ({error})") from error
    return b"".join(pieces)
