"""Images are a function of their files and their base: the same bytes on every machine and every day."""

import gzip
import hashlib
import io
import json
import tarfile

import pytest

from shared.builds.image_layers import (
    DOCKER_MANIFEST_TYPE,
    LAYER_TYPE,
    MANIFEST_TYPE,
    Entry,
    ImageInvalid,
    append,
    choose_manifest,
    is_index,
    make_code_layer,
    make_first_image,
    make_layer,
    read_config,
    read_layers,
)

FILES = {"agent.py": b"import logic\n", "logic.py": b"x = 1\n" * 20_000, "spec.json": b"{}"}


def base() -> tuple[bytes, bytes]:
    image = make_first_image(
        [make_layer({"bin/python": Entry(b"1", 0o755)})], architecture="arm64", settings={"User": "1:1", "Env": ["A=1"]}
    )
    return image.manifest.data, image.config.data


def test_the_code_layer_is_the_same_whatever_the_order_of_the_files() -> None:
    assert make_code_layer(FILES) == make_code_layer(dict(reversed(FILES.items())))


def test_the_code_layer_is_the_same_on_every_python_and_zlib() -> None:
    """Recorded once; its gzip stream only stores, so no compressor has a say in it."""
    made = make_code_layer({"agent.py": b"print('hello')\n"})
    assert made.diff_id == "sha256:cc33fe7d23d0d56ce5ec987f73e58cd7caaa269b40a547f3fa3b6bec46356600"
    assert made.blob.digest == "sha256:54f091048bbec96f3d2d5e9973935df76efd2791f80df918fc021d14aabc6f5a"


def test_a_layer_holds_the_files_owned_by_root_and_without_a_time() -> None:
    made = make_code_layer(FILES)
    raw = gzip.decompress(made.blob.data)
    assert made.diff_id == "sha256:" + hashlib.sha256(raw).hexdigest()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = {member.name: member for member in tar.getmembers()}
        assert list(members) == ["app", "app/agent.py", "app/logic.py", "app/spec.json"]
        assert {(one.uid, one.gid, one.mtime, one.uname) for one in members.values()} == {(0, 0, 0, "")}
        assert members["app"].isdir()
        assert members["app"].mode == 0o755
        assert members["app/logic.py"].mode == 0o644
        content = tar.extractfile("app/logic.py")
        assert content is not None
        assert content.read() == FILES["logic.py"]


@pytest.mark.parametrize("name", ["../x", "/x", "a/../x", "", ".", "./x", "a//b"])
def test_a_file_that_would_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ImageInvalid):
        make_code_layer({name: b"x"})


def test_an_image_with_one_layer_more_keeps_its_base() -> None:
    manifest, config = base()
    image = append(manifest, config, [make_code_layer(FILES)])
    layers = read_layers(image.manifest.data)
    assert layers[:-1] == read_layers(manifest)
    assert layers[-1] == {
        "mediaType": LAYER_TYPE,
        "digest": image.layers[0].blob.digest,
        "size": len(image.layers[0].blob.data),
    }
    written = json.loads(image.config.data)
    assert written["rootfs"]["diff_ids"] == [*json.loads(config)["rootfs"]["diff_ids"], image.layers[0].diff_id]
    assert written["config"] == {"User": "1:1", "Env": ["A=1"]}
    assert written["architecture"] == "arm64"
    assert read_config(image.manifest.data)["digest"] == image.config.digest


def test_the_same_code_on_the_same_base_is_the_same_image_and_other_code_is_not() -> None:
    assert append(*base(), [make_code_layer(FILES)]) == append(*base(), [make_code_layer(FILES)])
    other = append(*base(), [make_code_layer({**FILES, "logic.py": b"x = 2\n"})])
    assert other.manifest.digest != append(*base(), [make_code_layer(FILES)]).manifest.digest


def test_settings_replace_those_of_the_base_and_its_history_goes() -> None:
    manifest, config = base()
    with_history = json.dumps(
        {**json.loads(config), "history": [{"created_by": "somebody"}], "created": "2026-01-01"}
    ).encode()
    written = json.loads(append(manifest, with_history, [], settings={"User": "2:2"}).config.data)
    assert written["config"] == {"User": "2:2", "Env": ["A=1"]}
    assert "history" not in written
    assert written["created"] == "1970-01-01T00:00:00Z"


def test_a_docker_image_becomes_an_oci_image_as_a_whole() -> None:
    manifest, config = base()
    docker = json.loads(manifest)
    docker["mediaType"] = DOCKER_MANIFEST_TYPE
    docker["layers"][0]["mediaType"] = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    image = json.loads(append(json.dumps(docker).encode(), config, [make_code_layer(FILES)]).manifest.data)
    assert image["mediaType"] == MANIFEST_TYPE
    assert {one["mediaType"] for one in image["layers"]} == {LAYER_TYPE}


@pytest.mark.parametrize("manifest", [b"no json", b"[]", b'{"layers": [{}, {}], "config": {}}'])
def test_a_base_that_is_none_is_refused(manifest: bytes) -> None:
    with pytest.raises(ImageInvalid):
        append(manifest, base()[1], [])


def test_the_manifest_of_one_platform_is_found_in_an_index() -> None:
    index = json.dumps(
        {
            "manifests": [
                {"digest": "sha256:a", "platform": {"os": "linux", "architecture": "amd64"}},
                {"digest": "sha256:b", "platform": {"os": "windows", "architecture": "arm64"}},
                {"digest": "sha256:c", "platform": {"os": "linux", "architecture": "arm64"}},
            ]
        }
    ).encode()
    assert is_index(index)
    assert not is_index(base()[0])
    assert choose_manifest(index, "arm64") == "sha256:c"
    with pytest.raises(ImageInvalid, match="no variant for linux/riscv64"):
        choose_manifest(index, "riscv64")
