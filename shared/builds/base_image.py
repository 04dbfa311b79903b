"""The container settings of every agent's image, whatever its base. `layers/agent_base/Dockerfile` repeats them by
hand.
"""

from typing import Any

PACKAGES = "opt/mam/lib"
"""The folder of the SDK and its packages, relative to the image's root."""

UID = 10001
PORT = 8080

_ENVIRONMENT = (
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "LANG=C.UTF-8",
    f"PYTHONPATH=/{PACKAGES}",
    "PYTHONHASHSEED=0",  # a replay iterates over sets in the same order as the run did
    "PYTHONSAFEPATH=1",  # the agent's folder is never searched before the SDK's
    "PYTHONNOUSERSITE=1",
    "PYTHONDONTWRITEBYTECODE=1",
)


def make_container_settings(*more_environment: str) -> dict[str, Any]:
    """The `config` object of the image's configuration."""
    return {
        "User": f"{UID}:{UID}",
        "ExposedPorts": {f"{PORT}/tcp": {}},
        "Env": [*_ENVIRONMENT, *more_environment],
        "Cmd": None,
        "Entrypoint": ["python", "-m", "mam_agent", "--container"],
        "WorkingDir": "/",
    }
