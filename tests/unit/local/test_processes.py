"""Processes that must be found again, and must really end."""

import os
import sys
import time
from pathlib import Path

import pytest

from local.processes import Processes, Running

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path, tmp_path)


def start(processes: Processes, program: str) -> Running:
    return processes.start("program", [sys.executable, "-c", program], os.environ, Path.cwd())


def until_printed(processes: Processes, text: str) -> None:
    give_up = time.monotonic() + 10
    while text not in processes.last_lines("program") and time.monotonic() < give_up:
        time.sleep(0.02)


def test_a_process_is_found_until_it_is_stopped(processes: Processes) -> None:
    running = start(processes, "import time; time.sleep(60)")
    assert processes.find("program") == running
    assert processes.stop("program", patience=5)
    assert processes.find("program") is None
    assert not processes.stop("program", patience=5)


def test_one_that_ignores_the_signal_is_killed_with_its_children(processes: Processes) -> None:
    parent = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {STUBBORN!r}])"
    program = f"{parent}; print(child.pid); {STUBBORN}"
    start(processes, program)
    until_printed(processes, "up")
    child = int(processes.last_lines("program").splitlines()[0])
    processes.stop("program", patience=0.2)
    time.sleep(0.2)
    assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().rpartition(")")[2][:3]


def test_one_whose_pid_file_is_lost_is_found_by_its_mark(processes: Processes, tmp_path: Path) -> None:
    running = start(processes, "import os, time; os.fork(); time.sleep(60)")
    (tmp_path / "program.pid").unlink()
    assert processes.find("program") == running
    assert processes.find("another") is None
    assert Processes(tmp_path / "elsewhere", tmp_path).find("program") is None
    assert processes.stop("program", patience=1)
    assert processes.find("program") is None


def test_a_copied_state_does_not_take_the_processes_of_the_one_it_was_copied_from(
    processes: Processes, tmp_path: Path
) -> None:
    running = start(processes, "import time; time.sleep(60)")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "program.pid").write_bytes((tmp_path / "program.pid").read_bytes())
    assert Processes(copy, copy).find("program") is None
    assert processes.find("program") == running
    processes.stop("program", patience=1)


def test_a_state_that_was_renamed_under_them_keeps_its_processes(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    running = start(Processes(tmp_path / "before", tmp_path), "import time; time.sleep(60)")
    (tmp_path / "before").rename(tmp_path / "after")
    renamed = Processes(tmp_path / "after", tmp_path)
    assert renamed.find("program") == running
    assert renamed.stop("program", patience=1)


def test_what_it_writes_is_its_owners_alone_whatever_the_shells_umask_is(processes: Processes, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        start(processes, f"open({str(tmp_path / 'written')!r}, 'w'); print('done', flush=True)")
    finally:
        os.umask(before)
    until_printed(processes, "done")
    assert (tmp_path / "written").stat().st_mode & 0o777 == 0o600


def test_a_reused_process_id_is_not_taken_for_ours(processes: Processes, tmp_path: Path) -> None:
    (tmp_path / "program.pid").write_text(f'{{"pid": {os.getpid()}, "born": "1"}}')
    assert processes.find("program") is None
    assert not processes.stop("program", patience=0.1)


def test_the_end_of_the_log_tells_why_it_died(processes: Processes) -> None:
    start(processes, "raise SystemExit('the disk is full')")
    until_printed(processes, "full")
    assert processes.last_lines("program", 1) == "the disk is full"


def test_a_long_log_begins_anew_at_the_next_start(processes: Processes, tmp_path: Path) -> None:
    (tmp_path / "program.log").write_bytes(b"x" * (6 * 1024 * 1024))
    start(processes, "print('fresh')")
    until_printed(processes, "fresh")
    assert processes.log("program").stat().st_size < 100
    processes.stop("program", patience=1)
