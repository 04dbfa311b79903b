"""What the command line itself must not take from the shell it is typed into."""

import os
import sys

_PREFIXES = ("PYTHON", "AWS_", "SSL_", "BOTO")
_NAMES = ("LOG_LEVEL", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC")
_HARMLESS = frozenset({"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "PYTHONIOENCODING"})


def leave_behind() -> None:
    """Starts this command anew without such variables, if there are any: the interpreter read some of them already."""
    unasked = [name for name in os.environ if _is_unasked(name)]
    if not unasked:
        return
    environment = {name: value for name, value in os.environ.items() if name not in unasked}
    os.execve(sys.executable, [sys.executable, "-m", "local", *sys.argv[1:]], environment)  # noqa: S606  ourselves


def _is_unasked(name: str) -> bool:
    return name not in _HARMLESS and (name.startswith(_PREFIXES) or name in _NAMES)
