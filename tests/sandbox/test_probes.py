"""Every way out that was thought of: open outside (the control), closed in a sandbox, closed to an agent's code."""

import pytest

from tests.sandbox import probes
from tests.sandbox.scene import Probe, Scene

NEEDS = {
    "vsock": "no AF_VSOCK",
    "internet": "no route",
    "metadata_address": "no route",
    "task_metadata_address": "no route",
    "new_user_namespace": "no user namespaces for ordinary users",
    "mount": "no user namespaces for ordinary users",
    "io_uring": "io_uring is off",
    "reused_listener_by_fast_open": "TCP fast open is off",
    "ptrace": "ptrace is off",
    "kernel_keys": "no keys for ordinary users",
}
"""Controls that a machine may legitimately lack; then the probe proves nothing there, and says so."""

each_probe = pytest.mark.parametrize("probe", probes.PROBES, ids=lambda probe: probe.__name__)


def test_honest_work_is_done_everywhere(battlefield: Scene) -> None:
    for place in (battlefield.outside, battlefield.inside, battlefield.as_agent):
        assert place(probes.honest_work) == {"got": "mine"}


@each_probe
def test_the_way_is_open_outside(battlefield: Scene, probe: Probe) -> None:
    said = battlefield.outside(probe)
    if "got" not in said and probe.__name__ in NEEDS:
        pytest.skip(f"{NEEDS[probe.__name__]} on this machine: {said['held']}")
    assert "got" in said, said


@each_probe
def test_the_way_is_closed_in_a_sandbox(battlefield: Scene, probe: Probe) -> None:
    if probe is probes.memory_bomb and battlefield.groups.kind == "none":
        pytest.skip("no control groups for this user: run make test as root")
    said = battlefield.inside(probe)
    if probe is probes.fork_bomb:
        assert said.get("got", 0) < 100
    else:
        assert "held" in said, said


@each_probe
def test_the_way_is_closed_to_an_agent(battlefield: Scene, probe: Probe) -> None:
    assert "held" in battlefield.as_agent(probe)
