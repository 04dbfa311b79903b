"""The agents' base image at deploy time: a public image with the SDK on top, copied once."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from functions.platform.prepare_base_image.prepare import SdkUnusable, prepare_base_image, read_sdk_files
from shared.adapters.image_registry import ImageRegistry
from shared.adapters.oci_http import OciRepository
from shared.builds.image_layers import Entry, make_first_image, make_layer, read_layers
from tests.fakes.oci_registry import FakeRegistry

HOST = "https://123456789012.dkr.ecr.us-east-1.amazonaws.com"


class FakeEcr:
    def get_authorization_token(self) -> Any:
        return {"authorizationData": [{"authorizationToken": "x", "proxyEndpoint": HOST}]}


@pytest.fixture
def gallery() -> Iterator[FakeRegistry]:
    """Two platforms under one tag, as public images have them."""
    with FakeRegistry() as running:
        entries = []
        for architecture in ("amd64", "arm64"):
            image = make_first_image(
                [make_layer({"usr/local/bin/python3": Entry(architecture.encode(), 0o755)})],
                architecture=architecture,
                settings={"Env": ["PYTHON_VERSION=3.12"], "Cmd": ["python3"]},
            )
            running.put_blob(image.config.data)
            running.put_blob(image.layers[0].blob.data)
            running.manifests[image.manifest.digest] = image.manifest.data
            platform = {"os": "linux", "architecture": architecture}
            entries.append({"digest": image.manifest.digest, "platform": platform})
        running.put_manifest({"schemaVersion": 2, "manifests": entries}, "3.12-slim")
        yield running


@pytest.fixture
def own() -> Iterator[FakeRegistry]:
    with FakeRegistry() as running:
        yield running


def packed(files: dict[str, bytes] | None = None) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in (files or {"mam_agent/__main__.py": b"main()", "fastapi/x.so": b"1"}).items():
            archive.writestr(name, content)
    return data.getvalue()


def prepare(gallery: FakeRegistry, own: FakeRegistry, sdk: bytes) -> str:
    target = ImageRegistry(repository="agents", registry_url=own.url, ecr=FakeEcr())  # type: ignore[arg-type]
    return prepare_base_image(OciRepository(gallery.url, "agents"), "3.12-slim", target, sdk, "arm64")


def test_the_base_is_the_public_image_of_the_architecture_with_the_sdk_on_top(
    gallery: FakeRegistry, own: FakeRegistry
) -> None:
    digest = prepare(gallery, own, packed())
    assert own.tags == {"base": digest}
    manifest = own.manifests[digest]
    config = json.loads(own.blobs[json.loads(manifest)["config"]["digest"]])
    assert config["architecture"] == "arm64"
    assert config["config"]["User"] == "10001:10001"
    assert config["config"]["Entrypoint"] == ["python", "-m", "mam_agent", "--container"]
    assert len(read_layers(manifest)) == len(config["rootfs"]["diff_ids"]) == 2
    assert all(one["digest"] in own.blobs for one in read_layers(manifest))


def test_doing_it_again_moves_nothing_and_gives_the_same(gallery: FakeRegistry, own: FakeRegistry) -> None:
    first = prepare(gallery, own, packed())
    asked, fetched = len(own.requests), len(gallery.requests)
    assert prepare(gallery, own, packed()) == first
    assert not [line for line in own.requests[asked:] if line.startswith("POST")]
    assert len([line for line in gallery.requests[fetched:] if "/blobs/" in line]) == 1  # the config


def test_another_sdk_is_another_base_on_the_same_layers(gallery: FakeRegistry, own: FakeRegistry) -> None:
    first = prepare(gallery, own, packed())
    other = prepare(gallery, own, packed({"mam_agent/__main__.py": b"other()"}))
    assert first != other
    assert own.tags == {"base": other}
    assert read_layers(own.manifests[first])[0] == read_layers(own.manifests[other])[0]


def test_the_sdk_goes_into_the_package_folder_and_libraries_can_be_loaded() -> None:
    files = read_sdk_files(
        packed({"mam_agent/__main__.py": b"1", "pydantic_core/core.cpython-312.so": b"2", "a/__pycache__/b.pyc": b"3"})
    )
    assert {name: entry.mode for name, entry in files.items()} == {
        "opt/mam/lib/mam_agent/__main__.py": 0o644,
        "opt/mam/lib/a/__pycache__/b.pyc": 0o644,
        "opt/mam/lib/pydantic_core/core.cpython-312.so": 0o755,
    }


@pytest.mark.parametrize("data", [b"", b"no zip", packed({"other.py": b""})])
def test_an_asset_that_is_not_the_sdk_is_refused(data: bytes) -> None:
    with pytest.raises(SdkUnusable):
        read_sdk_files(data)
