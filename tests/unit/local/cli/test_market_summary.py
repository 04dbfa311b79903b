"""What `up` prints at its end."""

import json
import shlex
from typing import Any

import pytest

from local.cli.market_summary import demo_command, lines_of_summary

URL = "http://127.0.0.1:8080"


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def summary(agents: int = 2, opportunities: int = 12, **more: Any) -> dict[str, Any]:
    slug = "mention-watch-finding-a-startup-partner-somewhere"
    return {
        "url": URL,
        "first_run": None,
        "opportunities": [
            {"id": f"opp_{number:016x}", "title": "Getting paid " * 5, "score": 86.4, "status": "open", "problems": 7}
            for number in range(opportunities)
        ],
        "agents": [
            {"slug": f"{slug}-{number}", "name": f"Agent {number}", "template": "monitoring", "url": f"{URL}/{slug}"}
            for number in range(agents)
        ],
        "next": "curl -s here",
        **more,
    }


def test_addresses_and_the_next_command_stand_whole_on_lines_of_their_own() -> None:
    told = summary(next="curl -s " + "x" * 200)
    lines = lines_of_summary(told)
    for agent in told["agents"]:
        assert f"  {agent['url']}" in lines
    assert told["next"] in lines
    assert f"  {URL}/api/v1/agents" in lines
    assert max(len(line) for line in lines if "http" not in line and "curl" not in line) <= 80


def test_the_best_ten_opportunities_are_told_with_their_ids() -> None:
    text = "\n".join(lines_of_summary(summary()))
    assert "Opportunities (12, the best 10):" in text
    assert text.count("opp_") == 10


def test_without_an_agent_there_is_no_demo_but_a_way_to_one() -> None:
    text = "\n".join(lines_of_summary(summary(agents=0, next=None)))
    assert "python -m local build" in text
    assert "demo" not in text


def test_a_first_run_that_fell_short_says_so() -> None:
    first = {"posts": 100, "builds": [], "complete": False}
    assert "`make up` goes on from here." in "\n".join(lines_of_summary(summary(first_run=first)))


def test_the_command_survives_the_shell_with_the_shortest_example() -> None:
    example = {"text": 'It\'s "due": $HOME `id` \\ é\n' + "a" * 5}
    command = demo_command([(f"{URL}/api/v1/agents/a", [{"text": "b" * 500}]), (f"{URL}/api/v1/agents/b", [example])])
    assert command is not None
    assert "\n" not in command
    assert command.isascii()
    words = shlex.split(command)
    assert f"{URL}/api/v1/agents/b/demo" in words
    assert json.loads(words[-1]) == {"input": example}


def test_without_examples_there_is_no_command() -> None:
    assert demo_command([]) is None
    assert demo_command([(URL, [])]) is None
