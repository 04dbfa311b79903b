"""The scheduled reaper reports what it did."""

from typing import Any

import pytest

from functions.runs.reap_tasks.handler import handler
from shared.runs.task_reaper import TaskReaper
from shared.runs.tasks import IDLE_SECONDS, AgentTasks, RunnableAgent
from shared.runtime import wiring
from tests.fakes.agent_cluster import FakeRunner, FakeTaskTable


class Context:
    function_name = "mam-reap-tasks"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn"
    aws_request_id = "request"


def test_an_idle_task_is_stopped_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runner, table = FakeRunner(), FakeTaskTable()
    with AgentTasks(runner, table, clock=lambda: 0.0).claimed(RunnableAgent("a", 1, "sha256:0")):
        pass
    monkeypatch.setattr(wiring.runs, "agent_task_reaper", lambda: TaskReaper(runner, table, clock=lambda: IDLE_SECONDS))
    context: Any = Context()
    assert handler({}, context) == {"stopped": 1, "forgotten": 0, "orphans": 0}
    assert "AgentTasksReaped" in capsys.readouterr().out
