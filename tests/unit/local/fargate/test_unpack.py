"""A layer is unpacked below its root or not at all."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from local.fargate import unpack as unpacking
from local.fargate.unpack import LayerRefused, unpack
from shared.builds.image_layers import Entry, make_layer


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> tuple[bytes, str]:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, data in members:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return gzip.compress(raw.getvalue()), "sha256:" + hashlib.sha256(raw.getvalue()).hexdigest()


def file(name: str, data: bytes = b"x") -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), data


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def everything_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "outer" / "root"
    made.mkdir(parents=True)
    return made


def test_files_folders_and_links_to_neighbours_are_unpacked(root: Path) -> None:
    made = make_layer(
        {"bin/run": Entry(b"#!", 0o755), "bin/also": Entry(link="run"), "etc/x": Entry(b"1")}, folders=("tmp",)
    )
    unpack(made.blob.data, made.diff_id, root)
    assert everything_below(root) == {"bin", "bin/run", "bin/also", "etc", "etc/x", "tmp"}
    assert (root / "bin/also").read_bytes() == b"#!"
    assert oct((root / "bin/run").stat().st_mode)[-3:] == "755"
    assert oct((root / "etc/x").stat().st_mode)[-3:] == "644"


@pytest.mark.parametrize(
    "members",
    [
        [file("/etc/passwd")],
        [file("../evil")],
        [file("a/../../evil")],
        [file("a/b/../../../evil")],
        [special("link", tarfile.SYMTYPE, "/etc"), file("link/passwd")],
        [special("link", tarfile.SYMTYPE, "../..")],
        [special("link", tarfile.SYMTYPE, "..")],
        [special("link", tarfile.SYMTYPE, ".")],
        [special("link", tarfile.SYMTYPE, "a/b")],
        [special("link", tarfile.SYMTYPE, "")],
        [special("link", tarfile.SYMTYPE, "dir"), file("link/file")],
        [special("link", tarfile.SYMTYPE, "file"), file("link")],
        [special("link", tarfile.LNKTYPE, "/etc/passwd")],
        [file("a"), special("link", tarfile.LNKTYPE, "a")],
        [special("device", tarfile.CHRTYPE)],
        [special("device", tarfile.BLKTYPE)],
        [special("pipe", tarfile.FIFOTYPE)],
        [file("a"), file("a")],
        [file("a"), file("a/b")],
        [file(".wh.etc")],
        [file("etc/.wh..wh..opq")],
    ],
    ids=lambda members: "+".join(f"{member.name}>{member.linkname}" for member, _ in members),
)
def test_a_layer_with_anything_else_is_refused_and_leaves_nothing_outside(
    root: Path, members: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    data, diff_id = packed(*members)
    with pytest.raises(LayerRefused):
        unpack(data, diff_id, root)
    assert everything_below(root.parent.parent) - {"outer", "outer/root"} == {
        f"outer/root/{name}" for name in everything_below(root)
    }


@pytest.mark.parametrize(
    "name", ["etc/passwd", "opt/mam/lib/mam_agent/server.py", "appx/x", "ap", "../app/x", "/app/x"]
)
def test_an_agents_layer_may_hold_nothing_outside_of_its_folder(root: Path, name: str) -> None:
    data, diff_id = packed(file(name))
    with pytest.raises(LayerRefused):
        unpack(data, diff_id, root, only_under="app")
    assert everything_below(root) == set()


def test_an_agents_layer_is_unpacked_without_the_folders_name(root: Path) -> None:
    made = make_layer({"app/agent.py": Entry(b"1"), "app/data/x": Entry(b"2")})
    unpack(made.blob.data, made.diff_id, root, only_under="app")
    assert everything_below(root) == {"agent.py", "data", "data/x"}


def test_a_layer_that_grows_beyond_the_limit_is_refused_while_it_is_read(root: Path) -> None:
    data, diff_id = packed(file("bomb", b"\0" * 50_000_000))
    assert len(data) < 100_000
    with pytest.raises(LayerRefused, match="more than 1000000 bytes"):
        unpack(data, diff_id, root, limit=1_000_000)


def test_a_layer_of_very_many_files_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_ENTRIES", 10)
    data, diff_id = packed(*(file(str(number)) for number in range(20)))
    with pytest.raises(LayerRefused, match="more than 10 entries"):
        unpack(data, diff_id, root)


def test_a_layer_whose_content_is_not_the_configs_is_refused(root: Path) -> None:
    data, _ = packed(file("a"))
    with pytest.raises(LayerRefused, match="not what the image's config names"):
        unpack(data, "sha256:" + "0" * 64, root)


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:40], lambda data: b"no gzip", lambda data: b"", lambda data: data[:-9]]
)
def test_a_layer_that_cannot_be_read_is_refused(root: Path, spoil: Callable[[bytes], bytes]) -> None:
    data, diff_id = packed(file("a", bytes(range(256)) * 999))
    with pytest.raises(LayerRefused):
        unpack(spoil(data) if spoil(data) != data[:-9] else data[: len(data) // 2], diff_id, root)
