"""How a message with several parts crosses a byte stream: each part after its length, the whole after its own.

Events and results stay the bytes they are: the host never parses a customer's payload.
"""

import socket
import struct

_LENGTH = struct.Struct(">I")


def pack(*parts: bytes) -> bytes:
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def unpack(message: bytes) -> list[bytes]:
    parts: list[bytes] = []
    offset = 0
    while offset < len(message):
        (length,) = _LENGTH.unpack_from(message, offset)
        offset += _LENGTH.size
        parts.append(message[offset : offset + length])
        offset += length
    return parts


def framed(message: bytes) -> bytes:
    return _LENGTH.pack(len(message)) + message


def read_frame(stream: socket.socket) -> bytes | None:
    """The next message, or None at the end of the stream."""
    header = _read_exactly(stream, _LENGTH.size)
    return None if header is None else _read_exactly(stream, _LENGTH.unpack(header)[0])


def frame_length(header: bytes) -> int:
    return _LENGTH.unpack(header)[0]


HEADER_SIZE = _LENGTH.size


def _read_exactly(stream: socket.socket, count: int) -> bytes | None:
    pieces: list[bytes] = []
    while count:
        piece = stream.recv(min(count, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
