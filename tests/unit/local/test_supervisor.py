"""Why the system does not start, in words that help."""

import os
import socket
from pathlib import Path

import pytest

from local.deployer.secrets import RealKeys
from local.ports import HOST, Ports, PortsUnavailable, free_block, ports_from_environment
from local.state import StateDir
from local.supervisor import CannotStart, Supervisor, exclusive

NO_KEYS = RealKeys(None, None)


def test_a_busy_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    ports = free_block()
    with socket.socket() as taken:
        taken.bind((HOST, ports.fargate))
        taken.listen()
        with pytest.raises(CannotStart, match=rf"port {ports.fargate} \(ECS stand-in\) is in use.*MAM_PORT="):
            Supervisor(ports, StateDir(tmp_path)).start(NO_KEYS)


def test_a_second_up_on_the_same_state_is_told_who_is_at_work(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    with exclusive(state), pytest.raises(CannotStart, match=rf"process {os.getpid()}.*MAM_STATE_DIR"), exclusive(state):
        pass
    with exclusive(state):
        pass


def test_a_process_that_dies_at_once_shows_the_end_of_its_log(tmp_path: Path) -> None:
    supervisor = Supervisor(free_block(), StateDir(tmp_path), only=("emulator",), variables={"PYTHONPATH": "/nowhere"})
    (tmp_path / "aws").rmdir()
    (tmp_path / "aws").write_text("a file where a folder is needed")
    with pytest.raises(CannotStart, match=r"emulator died while starting(.|\n)*File exists"):
        supervisor.start(NO_KEYS)
    assert [state.pid for state in supervisor.states()] == [None]


def test_the_state_folder_is_its_owners_alone(tmp_path: Path) -> None:
    Supervisor(Ports(9000), StateDir(tmp_path / "state"))
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("value", ["80", "eighty", "70000", ""])
def test_an_unusable_port_number_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAM_PORT", value)
    with pytest.raises(PortsUnavailable, match="MAM_PORT"):
        ports_from_environment()
