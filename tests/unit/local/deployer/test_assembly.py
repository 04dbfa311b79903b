"""Reading a synthesized app, and what decides whether one has to be made."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from local.deployer.archive import zipped
from local.deployer.assembly import AssemblyInvalid, read_assembly
from local.deployer.shared_layer import deploy_shared
from local.deployer.sources import digest_of
from local.state import StateDir
from tests.local_cloud.hello import write_assembly


def stack(name: str, *dependencies: str) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": f"{name}.template.json"},
        "dependencies": list(dependencies),
    }


def test_stacks_come_after_those_they_depend_on(tmp_path: Path) -> None:
    artifacts = {"A": stack("A", "C"), "B": stack("B"), "C": stack("C", "B"), "Tree": {"type": "cdk:tree"}}
    for name in "ABC":
        (tmp_path / f"{name}.template.json").write_text("{}")
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    assert [each.name for each in read_assembly(tmp_path)] == ["B", "C", "A"]


def test_assets_name_their_bucket_and_key(tmp_path: Path) -> None:
    write_assembly(tmp_path)
    (read,) = read_assembly(tmp_path)
    assert {asset.bucket for asset in read.assets} == {"cdk-hnb659fds-assets-000000000000-us-east-1"}
    assert {(asset.path.name.split(".")[0], asset.is_folder) for asset in read.assets} == {
        ("Hello", False),
        ("asset", True),
    }
    assert read.template_key.endswith(".json")


def test_a_folder_without_an_assembly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssemblyInvalid, match="no synthesized CDK app"):
        read_assembly(tmp_path)


def test_equal_folders_give_equal_archives_without_compiled_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "package" / "__pycache__").mkdir(parents=True)
        (folder / "package" / "module.py").write_text("x = 1\n")
        (folder / "package" / "__pycache__" / f"{name}.pyc").write_text(name)
    archives = [zipped(tmp_path / name) for name in ("one", "two")]
    assert archives[0] == archives[1]
    assert zipfile.ZipFile(BytesIO(archives[0])).namelist() == ["package/module.py"]


def test_the_digest_follows_names_and_contents_only(tmp_path: Path) -> None:
    file = tmp_path / "source.py"
    file.write_text("a")
    before = digest_of([tmp_path, tmp_path / "missing"])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "source.pyc").write_text("compiled")
    file.touch()
    assert digest_of([tmp_path, tmp_path / "missing"]) == before
    file.write_text("b")
    changed = digest_of([tmp_path])
    file.rename(tmp_path / "renamed.py")
    assert len({before, changed, digest_of([tmp_path])}) == 3


def test_shared_is_deployed_as_a_copy_and_only_when_it_changed(tmp_path: Path) -> None:
    state, source = StateDir(tmp_path / "state").create(), tmp_path / "shared"
    source.mkdir()
    module = source / "module.py"
    module.write_text("one")
    assert deploy_shared(source, state)
    assert not deploy_shared(source, state)
    module.write_text("two")
    assert (state.shared_layer / "python" / "shared" / "module.py").read_text() == "one"
    assert deploy_shared(source, state)
    assert (state.shared_layer / "python" / "shared" / "module.py").read_text() == "two"
