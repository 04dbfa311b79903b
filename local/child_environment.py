"""The environment of every process that this project starts: a list of what is let through, and nothing else.

A key, a proxy, a profile or a LOG_LEVEL of the launching shell changes nothing here, and neither does a file of the
home folder: HOME is a folder of ours in which there is none.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

SYSTEM = ("PATH", "LANG", "LC_ALL", "TZ", "USER", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""What a program needs to find the system around it."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
"""Names of what may lead to the outside; only functions that ask real services get them."""

NEVER_PROXIED = "127.0.0.1,localhost,.test"


def child_environment(
    home: Path, *, passed: Iterable[str] = (), shell: Mapping[str, str] = os.environ, **variables: str
) -> dict[str, str]:
    """`passed` are names of the shell that this child needs besides SYSTEM, `variables` are set whatever it says."""
    names = (*SYSTEM, *passed)
    return {
        **{name: shell[name] for name in names if name in shell},
        "HOME": str(home),
        "PYTHONNOUSERSITE": "1",
        **variables,
    }


def outside_proxies(shell: Mapping[str, str]) -> dict[str, str]:
    """The shell's proxies for what is outside, never for this machine; nothing if it has none."""
    found = {name: shell[name] for name in PROXIES if shell.get(name)}
    own = shell.get("NO_PROXY") or shell.get("no_proxy")
    exceptions = f"{NEVER_PROXIED},{own}" if own else NEVER_PROXIED
    return {**found, "NO_PROXY": exceptions, "no_proxy": exceptions} if found else {}
