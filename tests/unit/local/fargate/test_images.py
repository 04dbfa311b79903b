"""Images come by digest, every byte checked, the base unpacked once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.fargate.images import Images, ImageUnusable
from shared.builds.image_layers import Entry, Image, append, make_code_layer, make_first_image, make_layer
from tests.fakes.oci_registry import FakeRegistry

HOST = "000000000000.dkr.ecr.us-east-1.amazonaws.com"
SETTINGS = {"Env": ["A=1", "B=x=y"], "Entrypoint": ["python", "-m", "mam_agent"]}


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with FakeRegistry() as running:
        yield running


def store(registry: FakeRegistry, image: Image, tag: str = "") -> str:
    for one in image.layers:
        registry.put_blob(one.blob.data)
    registry.put_blob(image.config.data)
    return registry.put_manifest(json.loads(image.manifest.data), tag) if tag else _exact(registry, image)


def _exact(registry: FakeRegistry, image: Image) -> str:
    registry.manifests[image.manifest.digest] = image.manifest.data
    return image.manifest.digest


def base() -> Image:
    return make_first_image(
        [make_layer({"bin/python": Entry(b"binary", 0o755)})], architecture="amd64", settings=SETTINGS
    )


def agent(base: Image, files: dict[str, bytes] | None = None) -> Image:
    return append(base.manifest.data, base.config.data, [make_code_layer(files or {"agent.py": b"code"})])


def reference(digest: str) -> str:
    return f"{HOST}/agents@{digest}"


def test_an_image_is_its_unpacked_base_and_its_code(registry: FakeRegistry, tmp_path: Path) -> None:
    store(registry, base())
    image = Images(registry.url, tmp_path).pull(reference(store(registry, agent(base()))))
    assert (image.root / "bin/python").read_bytes() == b"binary"
    assert all((image.root / name).is_dir() for name in ("app", "tmp", "proc", "dev"))
    assert image.environment == {"A": "1", "B": "x=y"}
    code = tmp_path / "code"
    code.mkdir()
    image.write_code(code)
    assert (code / "agent.py").read_bytes() == b"code"


def test_agents_share_one_unpacked_base_and_a_digest_is_pulled_once(registry: FakeRegistry, tmp_path: Path) -> None:
    store(registry, base())
    images = Images(registry.url, tmp_path)
    one = images.pull(reference(store(registry, agent(base(), {"agent.py": b"1"}))))
    asked = len(registry.requests)
    other = images.pull(reference(store(registry, agent(base(), {"agent.py": b"2"}))))
    assert one.root == other.root
    assert not [line for line in registry.requests[asked:] if base().layers[0].blob.digest in line]
    asked = len(registry.requests)
    assert images.pull(reference(one.digest)) is images.known(reference(one.digest))
    assert len(registry.requests) == asked


def test_the_unpacked_base_is_kept_over_a_restart(registry: FakeRegistry, tmp_path: Path) -> None:
    store(registry, base())
    digest = store(registry, agent(base()))
    first = Images(registry.url, tmp_path).pull(reference(digest))
    asked = len(registry.requests)
    assert Images(registry.url, tmp_path).pull(reference(digest)).root == first.root
    assert not [line for line in registry.requests[asked:] if base().layers[0].blob.digest in line]


@pytest.mark.parametrize("part", ["manifest", "config", "base", "code"])
def test_other_bytes_than_the_digest_names_are_never_used(registry: FakeRegistry, tmp_path: Path, part: str) -> None:
    store(registry, base())
    image = agent(base())
    digest = store(registry, image)
    blob = {
        "manifest": image.manifest,
        "config": image.config,
        "base": base().layers[0].blob,
        "code": image.layers[0].blob,
    }[part]
    registry.broken[blob.digest] = blob.data + b" "
    with pytest.raises(ImageUnusable, match="other bytes"):
        Images(registry.url, tmp_path).pull(reference(digest))
    assert not [path for path in (tmp_path / "bases").iterdir() if part == "base"]


@pytest.mark.parametrize(
    "name",
    [
        "mam-agents:latest",
        "mam-agents",
        f"{HOST}/agents:base",
        f"{HOST}/agents@sha256:abc",
        "",
        f"{HOST}/../x@sha256:{'0' * 64}x",
    ],
)
def test_only_a_digest_names_an_image(registry: FakeRegistry, tmp_path: Path, name: str) -> None:
    with pytest.raises(ImageUnusable, match="by digest"):
        Images(registry.url, tmp_path).pull(name)


def test_an_image_that_is_not_there_or_a_registry_that_is_not_is_told(registry: FakeRegistry, tmp_path: Path) -> None:
    with pytest.raises(ImageUnusable, match="not in the repository"):
        Images(registry.url, tmp_path).pull(reference("sha256:" + "0" * 64))
    with pytest.raises(ImageUnusable, match="does not answer"):
        Images("http://127.0.0.1:9", tmp_path).pull(reference("sha256:" + "0" * 64))


def test_code_outside_of_its_folder_never_reaches_a_sandbox(registry: FakeRegistry, tmp_path: Path) -> None:
    store(registry, base())
    evil = append(
        base().manifest.data, base().config.data, [make_layer({"opt/mam/lib/mam_agent/server.py": Entry(b"evil")})]
    )
    image = Images(registry.url, tmp_path).pull(reference(store(registry, evil)))
    code = tmp_path / "code"
    code.mkdir()
    with pytest.raises(Exception, match="outside of /app"):
        image.write_code(code)
    assert not list(code.iterdir())


def test_the_base_image_alone_can_be_prepared_for(registry: FakeRegistry, tmp_path: Path) -> None:
    images = Images(registry.url, tmp_path)
    assert images.base_of_tag("agents", "base") is None
    store(registry, base(), tag="base")
    found = images.base_of_tag("agents", "base")
    assert found is not None
    assert found.root == images.pull(reference(store(registry, agent(base())))).root
