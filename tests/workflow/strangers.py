"""Those who must get nothing from a running cloud: another user of the machine, and a page in the owner's browser."""

import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Address = tuple[str, int]
Answers = dict[str, list[int]]
"""The statuses that each `host:port` answered with."""

STRANGER = 10002
"""A user id that owns nothing here."""

BODIES = (
    "GET / HTTP/1.1",
    "GET /_ministack/health HTTP/1.1",
    "GET /_standin/mode HTTP/1.1",
    "GET /health HTTP/1.1",
    "GET /v2/_catalog HTTP/1.1",
    "GET /_cluster/health HTTP/1.1",
    "GET /r/entrepreneur/new HTTP/1.1\r\nAuthorization: bearer 9999999999-00",
    "GET / HTTP/1.1\r\nAuthorization: Basic QVdTOm1pbmlzdGFjay1hdXRoLXRva2Vu",
    "GET /b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test/20260101/us-east-1/s3/aws4_request HTTP/1.1",
    "GET /?AWSAccessKeyId=test&Signature=x&Expires=9999999999 HTTP/1.1",
    "OPTIONS / HTTP/1.1\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST",
    "PUT /_standin/mode HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 0",
    "POST /_ministack/reset HTTP/1.1\r\nContent-Length: 0",
    "POST / HTTP/1.1\r\nX-Amz-Target: secretsmanager.ListSecrets\r\nContent-Type: text/plain\r\nContent-Length: 2"
    "\r\n\r\n{}",
    "POST /invoke HTTP/1.1\r\nContent-Length: 0",
    "POST /v1/messages HTTP/1.1\r\nX-Api-Key: standin\r\nContent-Length: 0",
    "POST /api/v1/access_token HTTP/1.1\r\nAuthorization: Basic c3RhbmRpbjpzdGFuZGlu\r\nContent-Length: 0",
    "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def as_another_user(work: Callable[[], Any]) -> Any:
    """What `work` gives (as JSON) in a process that has dropped to a user who owns nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(STRANGER)
            os.setuid(STRANGER)
            os.write(writing, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


def statuses(addresses: Sequence[Address]) -> Answers:
    return {f"{host}:{port}": [_status(host, port, body) for body in BODIES] for host, port in addresses}


def readable(paths: Sequence[Path]) -> list[str]:
    """Those that this user can open."""
    return [str(path) for path in paths if os.access(path, os.R_OK)]


def _status(host: str, port: int, text: str) -> int:
    """0 if nothing is answered."""
    head, _, body = text.partition("\r\n\r\n")
    line, *fields = head.split("\r\n")
    whole = "\r\n".join((line, f"Host: {host}:{port}", *fields)) + "\r\n\r\n" + body
    try:
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(whole.encode())
            answer = connection.recv(64).decode("latin-1")
    except OSError:
        return 0
    return int(answer.split()[1]) if answer.startswith("HTTP/1.") else 0


PAGE = """<!doctype html><title>waiting</title><script>
const places = %s;
const tries = [
  place => fetch(`http://${place}/`),
  place => fetch(`http://${place.replace("127.0.0.1", "localhost")}/_standin/mode`, {mode: "no-cors"}),
  place => fetch(`http://${place}/`, {method: "POST", mode: "no-cors", headers: {"content-type": "text/plain"},
                                              body: '{"TableName": "mam-agents"}'}),
  place => fetch(`http://${place}/`, {method: "PUT", headers: {"x-amz-target": "secretsmanager.ListSecrets"}}),
  place => new Promise((done, failed) => { const image = new Image(); image.onload = done; image.onerror = failed;
                                          image.src = `http://${place}/health`; }),
  place => new Promise((done, failed) => { const socket = new WebSocket(`ws://${place}/`);
                                          socket.onopen = done; socket.onerror = failed; }),
];
const opaque = answer => answer instanceof Response && answer.type === "opaque";
(async () => {
  const read = [];
  for (const place of places) for (const [number, attempt] of tries.entries()) {
    try { const answer = await attempt(place); if (!opaque(answer)) read.push([place, number]); } catch {}
  }
  await fetch("/done", {method: "POST", body: JSON.stringify(read)});
})();
</script>"""


def from_a_page(browser: str, addresses: Sequence[Address]) -> tuple[list[Any], Answers]:
    """What a page in a headless browser could read, and what each place answered, as the browser's own log has it."""
    places = [f"{host}:{port}" for host, port in addresses]
    with _attacker(places) as (address, told, done), tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "net.json"
        flags = [
            "--headless=new",
            "--disable-gpu",
            "--no-first-run",
            "--no-sandbox",
            f"--user-data-dir={folder}/profile",
        ]
        process = subprocess.Popen(
            [browser, *flags, f"--log-net-log={log}", "--net-log-capture-mode=IncludeSensitive", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert done.wait(90), "the page did not come to its end"
        finally:
            process.terminate()
            process.wait(30)
        return told, _answers(log.read_text(), places)


@contextmanager
def _attacker(places: Sequence[str]) -> Iterator[tuple[str, list[Any], threading.Event]]:
    told: list[Any] = []
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply((PAGE % json.dumps(list(places))).encode())

        def do_POST(self) -> None:
            told.extend(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self._reply(b"")
            done.set()

        def _reply(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", told, done
    finally:
        server.shutdown()
        server.server_close()


def _answers(log: str, places: Sequence[str]) -> Answers:
    """From Chromium's net log: a request's address and its answer's first line share a source."""
    try:
        read = json.loads(log)
    except ValueError:  # cut off: the browser was ended
        read = json.loads(log.rstrip().rstrip(",") + "]}")
    asked: dict[int, str] = {}
    found: Answers = {place: [] for place in places}
    for event in read["events"]:
        parameters = event.get("params", {})
        source = event["source"]["id"]
        if "url" in parameters:
            asked[source] = parameters["url"]
        for line in parameters.get("headers", [])[:1] if isinstance(parameters.get("headers"), list) else []:
            place = asked.get(source, "").partition("//")[2].partition("/")[0].replace("localhost", "127.0.0.1")
            if line.startswith("HTTP/1.") and place in found:
                found[place].append(int(line.split()[1]))
    return found
