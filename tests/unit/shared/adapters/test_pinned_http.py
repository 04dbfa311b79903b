"""One connection to one checked address: certificates for the name that was asked for, and a deadline nothing
escapes.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.adapters.pinned_http import RawResponse, RequestFailed, get

HOST = "shop.example"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"
Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """A server for one connection; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    serve(connection)
            except OSError:
                pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def ask(port: int, *, scheme: str = "http", host: str = HOST, seconds: float = 5, max_bytes: int = 100) -> RawResponse:
    return get(
        scheme=scheme,
        host=host,
        address="127.0.0.1",
        port=port,
        target="/",
        headers={"Host": host, "Connection": "close"},
        max_bytes=max_bytes,
        seconds=seconds,
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `shop.example`, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "shop.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> Serve:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(4096)
            secured.sendall(ANSWER)

    return serve


def test_a_certificate_nobody_vouches_for_is_refused(tls: Serve) -> None:
    with listening(tls) as port, pytest.raises(RequestFailed, match="certificate"):
        ask(port, scheme="https")


def test_a_certificate_for_the_name_is_accepted_whatever_the_address(
    tls: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(tls) as port:
        assert ask(port, scheme="https").body == b"hello"


def test_a_certificate_for_another_name_is_refused(
    tls: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(tls) as port, pytest.raises(RequestFailed, match="certificate"):
        ask(port, scheme="https", host="other.example")


def silent(connection: socket.socket) -> None:
    connection.settimeout(20)
    while connection.recv(4096):
        pass


def dripping(text: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        for number in range(400):
            connection.sendall(text[number % len(text) : number % len(text) + 1])
            time.sleep(0.1)

    return serve


@pytest.mark.parametrize(
    ("scheme", "serve"),
    [
        ("http", silent),
        ("https", silent),
        ("http", dripping(b"x-header: value\r\n")),
        ("http", dripping(b"HTTP/1.1 100 Continue\r\n\r\n")),
    ],
    ids=["says nothing", "never shakes hands", "drips headers", "drips interim answers"],
)
def test_no_server_keeps_the_caller_longer_than_the_deadline(scheme: str, serve: Serve) -> None:
    started = time.monotonic()
    with listening(serve) as port, pytest.raises(RequestFailed):
        ask(port, scheme=scheme, seconds=0.8)
    assert time.monotonic() - started < 15, "the server would have gone on for 40 seconds"


def answering(text: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(text)

    return serve


@pytest.mark.parametrize(
    "text",
    [
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: y\r\n" % number for number in range(500)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n",
        b"",
    ],
    ids=["nonsense", "cut short", "broken chunks", "too many headers", "a header without end", "nothing"],
)
def test_what_is_no_proper_answer_is_a_failure(text: bytes) -> None:
    with listening(answering(text)) as port, pytest.raises(RequestFailed):
        ask(port)


def test_no_more_is_read_than_allowed() -> None:
    long = b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n" + b"z" * 5000
    with listening(answering(long)) as port:
        answer = ask(port, max_bytes=100)
    assert (len(answer.body), answer.complete) == (100, False)
