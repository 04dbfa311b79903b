"""Real sandboxes around the real base image. Whatever plays the attacker runs as an ordinary user, never as root."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.fargate.base_image import inputs, python_layer, sdk_files
from local.fargate.cgroups import Groups
from local.fargate.isolation import Isolation, check
from local.fargate.unpack import unpack
from shared.builds.image_layers import make_layer
from tests.sandbox.scene import Scene


@pytest.fixture(scope="session")
def isolation() -> Isolation:
    found = check()
    if not found.holds:
        pytest.skip(f"no sandbox here: {found.problem}. {found.fix}")
    return found


@pytest.fixture(scope="session")
def base_root() -> Path:
    """The unpacked base image, kept between test runs in a folder that only this user can change."""
    folder = Path(tempfile.gettempdir()) / f"mam-tests-{os.getuid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        pytest.fail(f"{folder} belongs to somebody else")
    root = folder / f"base-{inputs()}"
    if not root.exists():
        for old in folder.glob("base-*"):
            shutil.rmtree(old, ignore_errors=True)
        unpacking = Path(tempfile.mkdtemp(dir=folder))
        unpacking.chmod(0o755)
        for one in (python_layer(folder), make_layer(sdk_files())):
            unpack(one.blob.data, one.diff_id, unpacking)
        unpacking.rename(root)
    return root


@pytest.fixture(scope="session")
def groups() -> Groups:
    return Groups()


@contextmanager
def open_folder_for_others() -> Generator[Path]:
    """A temporary folder that the unprivileged user may enter (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="mam-sandbox-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with open_folder_for_others() as folder:
        yield folder


@pytest.fixture
def scene(isolation: Isolation, base_root: Path, groups: Groups, open_folder: Path) -> Iterator[Scene]:
    with Scene(isolation, base_root, groups, open_folder) as made:
        yield made


@pytest.fixture(scope="module")
def battlefield(isolation: Isolation, base_root: Path, groups: Groups) -> Iterator[Scene]:
    """One scene for all probes: what one of them did must not help the next."""
    with open_folder_for_others() as folder, Scene(isolation, base_root, groups, folder) as made:
        yield made
