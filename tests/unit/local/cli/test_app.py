"""What a person is told when a command cannot go on."""

import pytest
from typer.testing import CliRunner

from local.cli import app


def test_an_interrupted_command_says_that_the_system_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "_up_ports", interrupted)
    ended = CliRunner().invoke(app.app, ["build"])
    assert ended.exit_code == 130
    assert "goes on to its end" in ended.output + capsys.readouterr().err
