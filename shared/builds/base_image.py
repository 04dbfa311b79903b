"""How every agent's image starts, whatever its base was made of. `layers/agent_base/Dockerfile` says the same by
hand."""

from typing import Any

PACKAGES = "opt/mam/lib"
"""The folder of the SDK and its packages, relative to the image's root."""

UID = 10001
PORT = 8080

_ENVIRONMENT = (
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "LANG=C.UTF-8",
    f"PYTHONPATH=/{PACKAGES}",
    "PYTHONHASHSEED=0",  # a replay meets the order of sets and dicts that the run had
    "PYTHONSAFEPATH=1",  # the agent's folder never stands before the SDK's
    "PYTHONNOUSERSITE=1",
    "PYTHONDONTWRITEBYTECODE=1",
)


def make_container_settings(*more_environment: str) -> dict[str, Any]:
    """The `config` part of the image's configuration."""
    return {
        "User": f"{UID}:{UID}",
        "ExposedPorts": {f"{PORT}/tcp": {}},
        "Env": [*_ENVIRONMENT, *more_environment],
        "Cmd": None,
        "Entrypoint": ["python", "-m", "mam_agent", "--container"],
        "WorkingDir": "/",
    }
