"""Workers killed (SIGKILL) between performing an effect and recording its result; another process takes over."""

import os
import subprocess
import sys
import time

import pytest

from infra_cdk.app import ROOT
from local.embedded_cloud import EmbeddedCloud
from local.ports import url
from shared.adapters.artifacts import Artifacts
from shared.adapters.runs_table import RunsTable
from shared.runs.effect_journal import UNKNOWN_OUTCOME
from shared.runs.run import LEASE_SECONDS, RunState, StoredRun
from shared.specs.effects import EffectKind
from tests.fakes.busy_agent import IN_CALL_ORDER
from tests.fakes.runs import a_run
from tests.workflow.emulator.dying_worker import BUCKET, TABLE

STOPS = list(dict.fromkeys(IN_CALL_ORDER))


@pytest.fixture(scope="module")
def tables(small_cloud: EmbeddedCloud) -> EmbeddedCloud:
    small_cloud.aws("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    small_cloud.aws("s3").create_bucket(Bucket=BUCKET)
    return small_cloud


@pytest.fixture
def runs(tables: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch) -> RunsTable:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url(tables.ports.aws))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", tables.ports.credentials.aws_access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", tables.ports.credentials.aws_secret_access_key)
    return RunsTable(TABLE, Artifacts(BUCKET))


def worker(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.workflow.emulator.dying_worker", *arguments]
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers" / "agent_base")])
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def kill_after(kind: EffectKind, run_id: str) -> list[str]:
    """What the worker had carried out when it was killed."""
    with worker(run_id, "0", kind.value) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            if line.strip() == "stopped":
                process.kill()
                return lines
            lines.append(line.strip())
    raise AssertionError(f"the worker ended by itself, with status {process.returncode}, after {lines}")


def finish(run_id: str) -> tuple[list[str], StoredRun]:
    """What the next worker carried out after the lease ran out, and the run as it then was."""
    with worker(run_id, str(LEASE_SECONDS + 1)) as process:
        assert process.stdout is not None
        *lines, ended = process.stdout.read().splitlines()
    return lines, StoredRun.model_validate_json(ended)


@pytest.mark.parametrize("kind", STOPS)
def test_a_killed_worker_costs_no_run_and_sends_no_notification_twice(runs: RunsTable, kind: EffectKind) -> None:
    now = time.time()
    run = a_run(run_id=f"killed-at-{kind.value}", created_at=now, queued_at=now, expires_at=int(now) + 3600)
    runs.create(run)

    before = kill_after(kind, run.run_id)
    left = runs.get(run.run_id)
    after, ended = finish(run.run_id)

    assert before[-1] == kind
    assert left is not None
    assert [intent.kind for intent in left.intents] == [kind]
    assert ended.state is RunState.SUCCEEDED, ended.error
    assert [record.effect.kind for record in ended.recorded] == IN_CALL_ORDER
    happened = [*before, *after]
    notified = kind is EffectKind.NOTIFY
    assert happened.count("notify") == 1
    assert happened.count(kind.value) == (1 if notified else 2)
    assert ended.output is not None
    assert ended.output["notes"][0] == (f"first {UNKNOWN_OUTCOME}" if notified else "first sent")
