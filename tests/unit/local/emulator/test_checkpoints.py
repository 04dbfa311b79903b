"""Checkpoints are whole or not there, and hold the moment of the fork."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict

from local.emulator import persisted
from local.emulator.checkpoints import KEPT, Checkpoints
from local.emulator.recovery import NoWholeCheckpoint, newest_whole


def checkpoints(tmp_path: Path, save: Any, **more: Any) -> Checkpoints:
    return Checkpoints(tmp_path / "checkpoints", save, **more)


def newest(tmp_path: Path) -> Path:
    return max((tmp_path / "checkpoints").iterdir())


def saving(state: dict[str, str]) -> Any:
    def save(folder: Path) -> None:
        folder.mkdir()
        (folder / "state").write_text(state["value"])

    return save


def test_a_checkpoint_holds_the_moment_it_was_taken(tmp_path: Path) -> None:
    state = {"value": "before"}
    taken = checkpoints(tmp_path, saving(state))

    async def scenario() -> None:
        writing = asyncio.create_task(taken.write())
        await asyncio.sleep(0)
        state["value"] = "after"
        await writing

    asyncio.run(scenario())
    assert (newest(tmp_path) / "state").read_text() == "before"


def test_a_failed_checkpoint_leaves_the_one_before(tmp_path: Path) -> None:
    state = {"value": "good"}
    taken = checkpoints(tmp_path, saving(state))
    asyncio.run(taken.write())

    def broken(folder: Path) -> None:
        folder.mkdir()
        (folder / "state").write_text("half")
        raise OSError("the disk is full")

    asyncio.run(checkpoints(tmp_path, broken).write())
    assert (newest(tmp_path) / "state").read_text() == "good"
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1


def test_only_the_last_few_are_kept(tmp_path: Path) -> None:
    taken = checkpoints(tmp_path, saving({"value": "x"}))
    for _ in range(KEPT + 2):
        asyncio.run(taken.write())
    assert len(taken.complete()) == KEPT


def test_what_a_kill_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / "00000000000000000001.new").mkdir(parents=True)
    checkpoints(tmp_path, saving({"value": "x"}))
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_one_that_never_started_writes_nothing_at_the_end(tmp_path: Path) -> None:
    """It has loaded nothing, so what it holds is less than what there is."""
    never = checkpoints(tmp_path, saving({"value": "x"}))
    never.finish()
    assert never.complete() == []


def test_nothing_is_written_where_the_folder_was_removed(tmp_path: Path) -> None:
    taken = checkpoints(tmp_path, saving({"value": "x"}))
    (tmp_path / "checkpoints").rmdir()
    asyncio.run(taken.write())
    assert not (tmp_path / "checkpoints").exists()


def test_without_a_change_there_is_no_checkpoint(tmp_path: Path) -> None:
    async def scenario(touched: bool) -> int:
        taken = checkpoints(tmp_path, saving({"value": "x"}), interval=0.02)
        taken.start()
        if touched:
            taken.touch()
        give_up = asyncio.get_running_loop().time() + (5 if touched else 0.2)
        while not taken.complete() and asyncio.get_running_loop().time() < give_up:
            await asyncio.sleep(0.02)
        return len(taken.complete())

    assert asyncio.run(scenario(touched=False)) == 0
    assert asyncio.run(scenario(touched=True)) == 1


def test_the_writer_holds_no_file_of_the_emulator_open(tmp_path: Path) -> None:
    with (tmp_path / "connection").open("w") as held:
        number = held.fileno()

        def save(folder: Path) -> None:
            folder.mkdir()
            open_files = [file.name for file in Path("/proc/self/fd").iterdir() if int(file.name) == number]
            (folder / "state").write_text(str(open_files))

        asyncio.run(checkpoints(tmp_path, save).write())
    assert (newest(tmp_path) / "state").read_text() == "[]"


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> persisted.Blobs:
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path / "saved"))
    monkeypatch.setattr(persistence, "_json_object_hook", persistence._json_object_hook)
    blobs = persisted.Blobs(tmp_path / "blobs")
    persisted.resolve_references(blobs)
    return blobs


def test_ministack_reads_what_is_saved_with_long_bytes_kept_apart(tmp_path: Path, loading: persisted.Blobs) -> None:
    layers = AccountRegionScopedDict()
    layers._data[("1", "us-east-1", "repository")] = {"sha256:a": b"\x00\xff" * 5000, "sha256:b": b"short"}
    persisted.save({"ecr": lambda: {"layers": layers}}, tmp_path / "saved", loading)
    assert (tmp_path / "saved" / "ecr.json").stat().st_size < 1000
    loaded = persistence.load_state("ecr")
    assert loaded is not None
    assert loaded["layers"]._data == layers._data


def two_saved(tmp_path: Path, blobs: persisted.Blobs) -> list[Path]:
    (tmp_path / "checkpoints").mkdir()
    folders = [tmp_path / "checkpoints" / name for name in ("1", "2")]
    for folder in folders:
        persisted.save({"ecr": lambda: {"layer": b"l" * 5000}, "sqs": lambda: {"queues": {"a": 1}}}, folder, blobs)
    return folders


def test_a_start_goes_on_from_the_newest_checkpoint_that_is_whole(tmp_path: Path, loading: persisted.Blobs) -> None:
    older, newer = two_saved(tmp_path, loading)

    def chosen() -> Path | None:
        return newest_whole([older, newer], lambda each: persisted.flaw(each, loading))

    assert chosen() == newer
    (newer / "sqs.json").write_bytes((newer / "sqs.json").read_bytes()[:-1])
    assert chosen() == older
    (older / "manifest").unlink()
    with pytest.raises(NoWholeCheckpoint, match=r"sqs.json is missing or cut off.*Nothing was changed.*`make up`"):
        chosen()
    assert newest_whole([], lambda each: persisted.flaw(each, loading)) is None


def test_a_checkpoint_of_another_format_or_without_its_long_bytes_is_not_whole(
    tmp_path: Path, loading: persisted.Blobs
) -> None:
    older, newer = two_saved(tmp_path, loading)
    manifest = json.loads((older / "manifest").read_text())
    (older / "manifest").write_text(json.dumps({**manifest, "format": 99}))
    assert "format 99" in str(persisted.flaw(older, loading))
    for blob in (tmp_path / "blobs").iterdir():
        blob.write_bytes(b"")
    assert "missing or cut off" in str(persisted.flaw(newer, loading))


@pytest.mark.parametrize("content", ['{"cut off', '{"__ministack_format__": 999, "payload": {}}'])
def test_a_service_that_cannot_be_read_ends_the_start(tmp_path: Path, loading: persisted.Blobs, content: str) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "sqs.json").write_text(content)
    with pytest.raises(ValueError, match="sqs cannot be read"):
        persisted.load_all({"sqs": "sqs", "sns": "sns"}, lambda _module, _state: None)


def test_a_service_that_holds_nothing_has_no_file(tmp_path: Path, loading: persisted.Blobs) -> None:
    states: dict[str, Any] = {
        "sns": lambda: {"topics": AccountRegionScopedDict(), "tags": {}, "count": 0},
        "broken": lambda: None,
        "sqs": lambda: {"queues": {"a": {}}, "names": {"queue": "url"}},
    }
    persisted.save(states, tmp_path / "saved", loading)
    assert {path.stem for path in (tmp_path / "saved").glob("*.json")} == {"sqs"}


def test_blobs_that_no_checkpoint_needs_are_removed(tmp_path: Path, loading: persisted.Blobs) -> None:
    loading.write(b"old" * 5000)
    persisted.save({"ecr": lambda: {"layer": b"new" * 5000}}, tmp_path / "saved", loading)
    needed = persisted.references([tmp_path / "saved"])
    loading.keep_only(needed)
    assert {path.name for path in (tmp_path / "blobs").iterdir()} == needed
    assert loading.read(needed.pop()) == b"new" * 5000
