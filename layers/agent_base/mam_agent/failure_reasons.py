"""Why a call failed, in words of our own: what an agent's process says of itself is shown in one of these forms or not
at all."""

import builtins
import re

from .effects import ARGUMENTS, MAX_ID

OWN_EXCEPTION = "an exception of its own"
EXCEPTIONS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException) and value.__name__ == name
)
WAITS_FOR_EVER = "the agent waits for something that never comes"
TOO_MANY_EFFECTS = f"the agent asked for more than {MAX_ID} effects"
NOT_JSON = "the agent's answer is not JSON"

_NUMBER = r"[0-9]{1,9}"
_RAISED = rf"({'|'.join(sorted(EXCEPTIONS))}|{OWN_EXCEPTION})( in (agent|logic)\.py, line {_NUMBER})?"
_FORMS = {
    "agent_error": rf"{_RAISED}|{WAITS_FOR_EVER}|{TOO_MANY_EFFECTS}",
    "replay_mismatch": (
        rf"effect {_NUMBER} is not what was asked when its result was recorded"
        rf"|the agent never asked for effect {_NUMBER}"
    ),
    "undeclared_effect": rf"the agent asked for '({'|'.join(ARGUMENTS)})', which its spec does not declare",
    "invalid_output": NOT_JSON,
    "output_too_large": rf"the answer is over {_NUMBER} bytes",
}
_KNOWN = {code: re.compile(form, re.ASCII) for code, form in _FORMS.items()}


def believed_reason(code: str, message: str) -> tuple[str, str]:
    """Code and message to show for those that the agent's process gave."""
    form = _KNOWN.get(code)
    if form is not None and form.fullmatch(message):
        return code, message
    return "agent_error", f"the agent's process gave {len(message)} characters that are no reason of this platform's"


def no_answer(size: int) -> str:
    """What is said of `size` bytes that are no answer."""
    return (
        f"the agent's process wrote {size} bytes that are no answer"
        if size
        else "the agent's process ended without an answer"
    )


def exception_name(wrong: BaseException) -> str:
    name = type(wrong).__name__
    return name if type(wrong).__module__ == "builtins" and name in EXCEPTIONS else OWN_EXCEPTION
