"""What an agent's process says of its failure is shown only in the platform's own words."""

import pytest
from mam_agent.failure_reasons import NOT_JSON, TOO_MANY_EFFECTS, WAITS_FOR_EVER, believed_reason, exception_name


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("agent_error", "ValueError"),
        ("agent_error", "KeyError in logic.py, line 12"),
        ("agent_error", "an exception of its own in agent.py, line 1"),
        ("agent_error", WAITS_FOR_EVER),
        ("agent_error", TOO_MANY_EFFECTS),
        ("replay_mismatch", "effect 3 is not what was asked when its result was recorded"),
        ("replay_mismatch", "the agent never asked for effect 4"),
        ("undeclared_effect", "the agent asked for 'notify', which its spec does not declare"),
        ("invalid_output", NOT_JSON),
        ("output_too_large", "the answer is over 1000000 bytes"),
    ],
)
def test_the_platforms_own_words_stay(code: str, message: str) -> None:
    assert believed_reason(code, message) == (code, message)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("agent_error", "Visit evil.test"),
        ("agent_error", "ValueError in logic.py, line 12\n"),
        ("agent_error", "ValueError in ../etc/passwd, line 1"),
        ("agent_error", "EvilError"),
        ("agent_error", "ValueError in logic.py, line ١"),
        ("agent_error", "ValueError in logic.py, line 9999999999"),
        ("undeclared_effect", "the agent asked for 'evil', which its spec does not declare"),
        ("invalid_output", WAITS_FOR_EVER),
        ("forbidden_action", "x"),
        ("deadline", "the agent did not answer within 1 s"),
        ("", ""),
    ],
)
def test_anything_else_is_counted(code: str, message: str) -> None:
    shown = f"the agent's process gave {len(message)} characters that are no reason of this platform's"
    assert believed_reason(code, message) == ("agent_error", shown)


def test_an_exception_is_named_if_python_names_it() -> None:
    assert exception_name(KeyError("x")) == "KeyError"
    assert exception_name(type("Evil", (Exception,), {"__module__": "builtins"})()) == "an exception of its own"
    assert exception_name(OSError()) == "OSError"
