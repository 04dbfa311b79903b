"""A checkout of its own that is used as a person uses one, from a shell that is full of other people's settings."""

import http.client
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.proof.cases import Broken

UP_SECONDS, ANSWER_SECONDS = 900, 120


class LimitReached(Broken):
    """This address has had its demos of the hour."""


@dataclass
class Machine:
    """A checkout of its own with the shell it is used from; `state` is where MAM_STATE_DIR leads, if anywhere."""

    checkout: Path
    shell: dict[str, str]
    base: int
    state: Path | None = None
    source: int = 1
    """Where demos are asked from, as the last number of 127.0.0.x: an address may start twenty an hour."""

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        place = {"MAM_PORT": str(self.base), **({"MAM_STATE_DIR": str(self.state)} if self.state else {})}
        return subprocess.run(
            [str(self.checkout / ".venv" / "bin" / "python"), "-m", "local", *arguments],
            cwd=self.checkout,
            env={**self.shell, **place},
            umask=0o077,
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
            check=False,
        )

    def succeed(self, *arguments: str) -> str:
        done = self.run(*arguments)
        if done.returncode:
            raise Broken(f"`{' '.join(arguments)}` ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    def refuses_in_one_sentence(self, *arguments: str) -> str:
        """What it says on a failure that a person can mend."""
        done = self.run(*arguments)
        said = done.stderr.strip()
        if done.returncode == 0 or "Traceback" in said or "MAM_STATE_DIR" not in said or len(said.splitlines()) > 1:
            raise Broken(f"`{' '.join(arguments)}` ended with {done.returncode} and no sentence: {said[-2000:]}")
        return said.replace(str(self.state), "STATE")

    def agents(self) -> list[str]:
        return sorted(agent["slug"] for agent in self._ask("GET", "/agents?page_size=100")["items"])

    def all_agents_answer(self) -> int:
        """How many: each runs a demo of its own first example to a success."""
        self.source += 1
        slugs = self.agents()
        if not slugs:
            raise Broken("no agent is listed")
        for slug in slugs:
            self._demo(slug)
        return len(slugs)

    def _demo(self, slug: str) -> None:
        example = self._ask("GET", f"/agents/{slug}")["examples"][0]
        demo = self._start(slug, example["input"])
        give_up = time.monotonic() + ANSWER_SECONDS
        while demo["status"] not in ("succeeded", "failed") and time.monotonic() < give_up:
            time.sleep(0.5)
            demo = self._ask("GET", f"/demos/{demo['token']}")
        if demo["status"] != "succeeded":
            raise Broken(f"a demo of {slug} ended as {demo['status']}: {demo.get('error')}")

    def _start(self, slug: str, value: Any) -> Any:
        """From another address where this one has had its demos of the hour: that many agents are no fault."""
        try:
            return self._ask("POST", f"/agents/{slug}/demo", {"input": value})
        except LimitReached:
            self.source += 1
            return self._ask("POST", f"/agents/{slug}/demo", {"input": value})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        source = (f"127.0.0.{self.source}", 0)
        connection = http.client.HTTPConnection("127.0.0.1", self.base, timeout=60, source_address=source)
        try:
            connection.request(method, f"/api/v1{path}", data, {"content-type": "application/json"})
            answer = connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Broken(f"{method} {path} was not answered: {error}") from error
        finally:
            connection.close()
        if answer.status >= 300:
            raise (LimitReached if answer.status == 429 else Broken)(
                f"{method} {path} answered {answer.status}: {read[:500]!r}"
            )
        return json.loads(read)


def other_peoples_shell(home: Path) -> dict[str, str]:
    """Nothing of it may be taken: each would break the system, or send something where it does not belong."""
    (home / ".config").mkdir(parents=True)
    (home / ".aws").mkdir()
    (home / "python").mkdir()
    (home / ".config" / "praw.ini").write_text("[DEFAULT]\nusername=me\npassword=mine\nratelimit_seconds=1\n")
    (home / ".aws" / "config").write_text("[default]\nregion = mars-north-1\nendpoint_url = http://127.0.0.1:9\n")
    for name in ("httpx2", "boto3", "typer", "anthropic", "sitecustomize"):
        (home / "python" / f"{name}.py").write_text("raise SystemExit('a module of PYTHONPATH was taken')\n")
    (home / "python" / "sitecustomize.py").write_text("")
    (home / "startup.py").write_text("raise SystemExit('PYTHONSTARTUP was taken')\n")
    dead = "http://127.0.0.1:9"
    home.chmod(0o500)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), dead),
        "AWS_PROFILE": "nobody",
        "AWS_ACCESS_KEY_ID": "AKIASOMEBODYELSE",
        "AWS_SECRET_ACCESS_KEY": "theirs",
        "AWS_ENDPOINT_URL": dead,
        "PYTHONPATH": str(home / "python"),
        "PYTHONSTARTUP": str(home / "startup.py"),
        "SSL_CERT_FILE": "/nowhere",
        "REQUESTS_CA_BUNDLE": "/nowhere",
        "LOG_LEVEL": "CRITICAL",
    }
