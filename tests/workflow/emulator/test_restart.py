"""What is there after the emulator was stopped, or killed."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.access.credentials import made_credentials
from local.embedded_cloud import NO_KEYS, EmbeddedCloud, embedded_cloud
from tests.local_cloud.hello import hello
from tests.workflow.running_processes import environments

TABLE = "hello-notes"
PROCESSES = ("emulator", "function-host")
VARIABLES = {"MAM_PRELOAD": "0"}


@pytest.fixture
def own_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    folder = tmp_path_factory.mktemp("restarted-cloud")
    with embedded_cloud(folder, app=hello(), only=PROCESSES, variables=VARIABLES) as cloud:
        cloud.strictness(duplicate_every=0)
        yield cloud


def emulator_pid(cloud: EmbeddedCloud) -> int:
    return next(state.pid for state in cloud.supervisor.states() if state.name == "emulator" and state.pid)


def kill_and_restart(cloud: EmbeddedCloud, number: signal.Signals) -> None:
    pid = emulator_pid(cloud)
    os.kill(pid, number)
    os.waitpid(pid, 0)
    cloud.supervisor.start(NO_KEYS)


def put(cloud: EmbeddedCloud, key: str) -> None:
    cloud.aws("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": key}})


def deliveries(cloud: EmbeddedCloud, key: str) -> int:
    item = cloud.aws("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": key}}).get("Item", {})
    return int(item.get("deliveries", {"N": "0"})["N"])


def wait_for(cloud: EmbeddedCloud, key: str) -> int:
    give_up = time.monotonic() + 15
    while not deliveries(cloud, key) and time.monotonic() < give_up:
        time.sleep(0.05)
    return deliveries(cloud, key)


def checkpoints(cloud: EmbeddedCloud) -> set[str]:
    return {each.name for each in (cloud.state.aws / "checkpoints").iterdir() if each.name.isdigit()}


def wait_for_a_later_checkpoint(cloud: EmbeddedCloud) -> None:
    before, give_up = checkpoints(cloud), time.monotonic() + 20
    while not checkpoints(cloud) - before and time.monotonic() < give_up:
        time.sleep(0.1)


def test_a_killed_emulator_loses_no_more_than_the_last_seconds(own_cloud: EmbeddedCloud) -> None:
    own_cloud.aws("s3").create_bucket(Bucket="kept")
    own_cloud.aws("s3").put_object(Bucket="kept", Key="body", Body=b"content" * 1000)
    put(own_cloud, "before")
    assert wait_for(own_cloud, "stream-before") == 1
    wait_for_a_later_checkpoint(own_cloud)
    kill_and_restart(own_cloud, signal.SIGKILL)
    assert deliveries(own_cloud, "stream-before") == 1
    assert own_cloud.aws("s3").get_object(Bucket="kept", Key="body")["Body"].read() == b"content" * 1000
    assert own_cloud.request("GET", "/api/v1/still-there").status_code == 200
    put(own_cloud, "after")
    assert wait_for(own_cloud, "stream-after") == 1
    assert deliveries(own_cloud, "stream-before") == 1


def test_a_stopped_emulator_loses_nothing_and_its_streams_go_on(own_cloud: EmbeddedCloud) -> None:
    put(own_cloud, "last-moment")
    kill_and_restart(own_cloud, signal.SIGTERM)
    assert "Item" in own_cloud.aws("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": "last-moment"}})
    assert wait_for(own_cloud, "stream-last-moment") >= 1
    put(own_cloud, "later")
    assert wait_for(own_cloud, "stream-later") == 1


def test_an_execution_goes_on_after_a_restart(own_cloud: EmbeddedCloud) -> None:
    execution = own_cloud.workflows.start("hello", {"sleep": 1.5, "count": "restarted"})
    time.sleep(0.5)
    kill_and_restart(own_cloud, signal.SIGTERM)
    ended = own_cloud.workflows.follow(execution, timeout=30)
    assert ended.succeeded
    assert ended.redrives == 0


def test_a_function_host_that_restarts_fails_nobodys_call(own_cloud: EmbeddedCloud) -> None:
    host = next(state.pid for state in own_cloud.supervisor.states() if state.name == "function-host" and state.pid)
    os.kill(host, signal.SIGTERM)
    os.waitpid(host, 0)
    starting = threading.Thread(target=own_cloud.supervisor.start, args=(NO_KEYS,))
    starting.start()
    answer = own_cloud.request("GET", "/api/v1/patient")
    starting.join()
    assert answer.status_code == 200


def test_while_the_function_host_is_gone_calls_fail_soon_and_nothing_is_given_up(own_cloud: EmbeddedCloud) -> None:
    assert own_cloud.request("GET", "/api/v1/warm").status_code == 200
    host = next(state.pid for state in own_cloud.supervisor.states() if state.name == "function-host" and state.pid)
    os.kill(host, signal.SIGKILL)
    os.waitpid(host, 0)
    put(own_cloud, "meanwhile")
    failed = own_cloud.run_workflow("hello", {"count": "gone"}, timeout=30)
    assert (failed.status, failed.error) == ("FAILED", "Lambda.ServiceException")
    assert "`make up`" in failed.cause
    for _ in range(6):  # more tries than a function that fails is given
        answer = own_cloud.request("GET", "/api/v1/gone")
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) > 0
    own_cloud.supervisor.start(NO_KEYS)
    assert own_cloud.redrive(failed, timeout=30).succeeded
    assert wait_for(own_cloud, "stream-meanwhile") >= 1


def test_nothing_of_the_launching_shell_reaches_a_process_or_a_function(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-shell")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sk-of-the-shell")
    monkeypatch.setenv("LOG_LEVEL", "CRITICAL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.example")
    folder = tmp_path_factory.mktemp("clean-cloud")
    with embedded_cloud(folder, app=hello(), only=PROCESSES, variables=VARIABLES) as cloud:
        cloud.request("GET", "/api/v1/environments-are-running")
        seen = environments(cloud)
    assert "sk-of-the-shell" not in seen
    assert "elsewhere.example" not in seen
    assert "CRITICAL" not in seen


def test_no_process_is_left_when_it_is_stopped(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("stopped-cloud")
    with embedded_cloud(folder, app=hello(), only=PROCESSES, variables=VARIABLES) as cloud:
        cloud.request("GET", "/api/v1/environments-are-running")
        assert processes_of(str(folder))
    assert processes_of(str(folder)) == []


def processes_of(folder: str) -> list[str]:
    """Command lines and working directories that lead to the folder: forked environments keep the zygote's command."""
    found: list[str] = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            command = (process / "cmdline").read_text().replace("\0", " ")
            where = str((process / "cwd").readlink())
        except OSError:
            continue
        if folder in command or folder in where:
            found.append(command)
    return found


def test_a_state_folder_that_was_removed_under_it_is_begun_anew(own_cloud: EmbeddedCloud) -> None:
    """Its processes know a secret that is gone; a new one may have been made before anybody looked."""
    before = {state.pid for state in own_cloud.supervisor.states()}
    shutil.rmtree(own_cloud.state.root)
    made_credentials(own_cloud.state.create())
    assert own_cloud.supervisor.start(NO_KEYS)
    states = own_cloud.supervisor.states()
    assert all(state.healthy for state in states)
    assert not before & {state.pid for state in states}
