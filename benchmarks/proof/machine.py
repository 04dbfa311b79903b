"""`python -m benchmarks.proof.machine`: the system on ordinary machines, with what is found on them.

A copy of this checkout is started by its command line from a shell full of other people's settings, renamed, moved to
other ports, robbed of its pid files and of its state while it runs, and put on a full disk. After each, all agents
answer, or one sentence says what to do. What was found is kept in docs/proof/machine.json.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.proof.cases import Broken, Facts
from benchmarks.proof.checkout import Machine, other_peoples_shell
from local.ports import free_block

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "docs" / "proof" / "machine.json"
SMALL_DISK, DISK = "100m", "1200m"


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
