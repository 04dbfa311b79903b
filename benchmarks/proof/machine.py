"""`python -m benchmarks.proof.machine`: the system on ordinary machines, with what is found on them.

A copy of this checkout is started by its command line from a shell full of other people's settings, renamed, moved to
other ports, robbed of its pid files and of its state while it runs, and put on a full disk. After each, all agents
answer, or one sentence says what to do. What was found is kept in docs/proof/machine.json.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.proof.cases import Broken, Facts
from local.ports import free_block

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "docs" / "proof" / "machine.json"
UP_SECONDS, ANSWER_SECONDS = 900, 120
SMALL_DISK, DISK = "100m", "1200m"


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


def a_strange_shell(machine: Machine) -> Facts:
    """umask 077, no writable HOME, proxies, AWS_PROFILE, praw.ini, PYTHONPATH …"""
    machine.succeed("up", "--json")
    return {"agents": machine.all_agents_answer()}


def lost_pid_files(machine: Machine) -> Facts:
    before = machine.agents()
    for file in (machine.checkout / ".mam" / "run").glob("*.pid"):
        file.unlink()
    machine.succeed("status")
    machine.succeed("down")
    if machine.run("status").returncode == 0:
        raise Broken("after `down` it still runs")
    machine.succeed("up", "--json")
    if machine.agents() != before:
        raise Broken(f"{before} became {machine.agents()}")
    return {"agents": machine.all_agents_answer()}


def a_renamed_checkout(machine: Machine) -> Facts:
    before = machine.agents()
    machine.succeed("down")
    renamed = machine.checkout.with_name("renamed")
    machine.checkout.rename(renamed)
    machine.checkout = renamed
    machine.succeed("up", "--json")
    if machine.agents() != before:
        raise Broken(f"{before} became {machine.agents()}")
    return {"agents": machine.all_agents_answer()}


def another_port(machine: Machine) -> Facts:
    """The state is kept, and MAM_PORT names another block of ports."""
    before = machine.agents()
    machine.succeed("down")
    machine.base = free_block().base
    machine.succeed("up", "--json")
    if machine.agents() != before:
        raise Broken(f"{before} became {machine.agents()}")
    return {"agents": machine.all_agents_answer()}


def a_full_disk(machine: Machine) -> Facts:
    """The state goes along on a small disk, which is then filled while the system runs."""
    machine.succeed("down")
    with disk(SMALL_DISK) as small:
        machine.state = small / "state"
        too_small = machine.refuses_in_one_sentence("up")
    with disk(DISK) as place:
        machine.state = place / "state"
        shutil.copytree(machine.checkout / ".mam", machine.state, symlinks=True)
        machine.succeed("up", "--json")
        before = machine.agents()
        _fill(place / "filling")
        with suppress(Broken):
            machine.all_agents_answer()
        full = machine.refuses_in_one_sentence("up")
        (place / "filling").unlink()
        machine.succeed("up", "--json")
        answered = machine.all_agents_answer()
        machine.succeed("down")
        machine.succeed("up", "--json")
        if machine.agents() != before:
            raise Broken(f"{before} became {machine.agents()}")
        machine.succeed("down")
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        read_only = machine.refuses_in_one_sentence("up")
    machine.state = None
    machine.succeed("up", "--json")
    return {"agents": answered, "too small": too_small, "full": full, "read-only": read_only}


def removed_while_it_ran(machine: Machine) -> Facts:
    shutil.rmtree(machine.checkout / ".mam")
    time.sleep(6)  # a checkpoint is due every five seconds
    left = machine.checkout / ".mam" / "aws" / "checkpoints"
    if left.exists():
        raise Broken("a checkpoint was written into the removed folder")
    machine.succeed("up", "--json")
    return {"agents": machine.all_agents_answer()}


CASES: dict[str, Callable[[Machine], Facts]] = {
    "a strange shell": a_strange_shell,
    "lost pid files": lost_pid_files,
    "a renamed checkout": a_renamed_checkout,
    "another port": another_port,
    "a full disk": a_full_disk,
    "state removed while it ran": removed_while_it_ran,
}


def main() -> int:
    """Exit status 1 if one broke; the later ones go on from what the earlier ones left."""
    found: dict[str, Facts] = {}
    with copied_machine() as machine:
        for name, case in CASES.items():
            if case is a_full_disk and not can_mount():
                print(f"machine: {name}: SKIPPED: a disk of a size of its own can only be made by root", flush=True)
                continue
            began = time.monotonic()
            try:
                facts = case(machine)
            except Broken as broken:
                print(f"machine: {name}: BROKEN: {broken}", flush=True)
                return 1
            print(f"machine: {name}: {json.dumps(facts)} ({time.monotonic() - began:.0f} s)", flush=True)
            found[name] = facts
    RESULT.write_text(json.dumps({"case": "machine", "found": found}, indent=1) + "\n", encoding="utf-8")
    return 0


@contextmanager
def copied_machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="mam-machine-") as folder:
        checkout = Path(folder) / "checkout"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, checkout / name)
        (checkout / ".venv").symlink_to(ROOT / ".venv")
        machine = Machine(checkout, other_peoples_shell(Path(folder) / "home"), free_block().base)
        try:
            yield machine
        finally:
            machine.run("down")


def can_mount() -> bool:
    try:
        with disk("1m"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def disk(size: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mam-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "mam-proof", folder]
        subprocess.run(mount, check=True, capture_output=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def _fill(file: Path) -> None:
    with suppress(OSError), file.open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(1 << 20))
    with suppress(OSError), file.open("ab", buffering=0) as filling:
        while True:
            filling.write(bytes(512))


if __name__ == "__main__":
    sys.exit(main())
