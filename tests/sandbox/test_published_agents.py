"""Every agent that a running cloud on this machine has published, in the very image it runs from: no probe gets out."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local.fargate.cgroups import Groups
from local.fargate.images import Image, Images
from local.fargate.isolation import Isolation
from local.ports import Ports, ports_from_environment
from tests.sandbox import probes
from tests.sandbox.scene import Scene

HOST = "000000000000.dkr.ecr.us-east-1.amazonaws.com"
REPOSITORY = "mam-agents"


def published(ports: Ports) -> list[dict[str, Any]]:
    """Slug and image digest of each, from the public API; none where no cloud runs."""
    address = f"http://127.0.0.1:{ports.front_door}/api/v1/agents"
    try:
        items = _get(f"{address}?page_size=100")["items"]
        return [_get(f"{address}/{item['slug']}") for item in items]
    except (OSError, ValueError, KeyError):
        return []


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as response:
        return json.loads(response.read())


@pytest.fixture(scope="module")
def agents(isolation: Isolation) -> list[dict[str, Any]]:
    found = published(ports_from_environment())
    if not found:
        pytest.skip("no running cloud with published agents on this machine: `make up` starts one")
    return found


@pytest.fixture
def images(open_folder: Path) -> Images:
    return Images(f"http://127.0.0.1:{ports_from_environment().aws}", open_folder)


def test_no_probe_gets_out_of_a_published_agents_sandbox(
    agents: list[dict[str, Any]], images: Images, isolation: Isolation, groups: Groups, open_folder: Path
) -> None:
    out: list[tuple[str, str, Any]] = []
    for agent in agents:
        image: Image = images.pull(f"{HOST}/{REPOSITORY}@{agent['image_digest']}")
        code = open_folder / agent["slug"]
        code.mkdir(mode=0o755)
        image.write_code(code)
        with Scene(isolation, image.root, groups, open_folder, code) as scene:
            for probe in probes.PROBES:
                if probe is probes.memory_bomb and groups.kind == "none":
                    continue
                said = scene.inside(probe)
                held = said.get("got", 0) < 100 if probe is probes.fork_bomb else "held" in said
                if not held:
                    out.append((agent["slug"], probe.__name__, said))
    assert out == []
