"""The variables a function finds: those it was deployed with, those Lambda sets, and where the local endpoints are.

The last group, with the keys that open them, is all that differs from AWS. It comes from the supervisor as
`endpoints.json`, because only that knows which stand-ins are replaced by the real service.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.emulator.settings import REGION

OVERLAY_FILE = "endpoints.json"


class EndpointOverlay:
    """Reads the file again when it has changed, so that a key set later takes effect at the next `up`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = 0
        self._values: dict[str, str] = {}

    def values(self) -> dict[str, str]:
        try:
            stamp = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if stamp != self._stamp:
            self._values = json.loads(self._path.read_text())
            self._stamp = stamp
        return self._values


def function_environment(config: Mapping[str, Any], overlay: Mapping[str, str]) -> dict[str, str]:
    deployed: dict[str, str] = (config.get("Environment") or {}).get("Variables") or {}
    name = str(config["FunctionName"])
    return {
        **deployed,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(config.get("Version", "$LATEST")),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', 'python')}",
        "_HANDLER": str(config.get("Handler", "")),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "TZ": ":UTC",
        **overlay,
    }
