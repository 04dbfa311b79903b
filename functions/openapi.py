"""The OpenAPI document of all endpoints. Made on a contributor's machine (`make generated`); no function
includes it.
"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from shared.builds.certificate import ShownCertificate
from shared.runtime.api_document import write_openapi_document
from shared.runtime.http import create_app

FUNCTIONS = Path(__file__).parent
SERVED = FUNCTIONS / "platform" / "get_openapi" / "openapi.json"
"""The file that `GET /openapi.json` returns; `docs/openapi.json` is a link to it."""


def list_routed_folders() -> list[Path]:
    """Every folder that answers requests, ordered by the names of domain and folder."""
    return sorted(path.parent for path in FUNCTIONS.glob("*/*/router.py"))


def load_routers() -> list[APIRouter]:
    return [
        import_module(f"functions.{folder.parent.name}.{folder.name}.router").router for folder in list_routed_folders()
    ]


def make_document() -> dict[str, Any]:
    return write_openapi_document(create_app(*load_routers()), ShownCertificate=ShownCertificate)


def write_text() -> str:
    return json.dumps(make_document(), indent=2, ensure_ascii=False) + "\n"
