"""Which checkpoint a start goes on from: the newest that is whole. Rather than to drop unreadable ones, none starts."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

logger = logging.getLogger("mam.checkpoints")


class NoWholeCheckpoint(Exception):
    """There are checkpoints, and none of them can be read."""


def newest_whole(checkpoints: Sequence[Path], flaw: Callable[[Path], str | None]) -> Path | None:
    """None before the first. `checkpoints` are given oldest first; `flaw` tells what is wrong with one."""
    flaws: list[str] = []
    for checkpoint in reversed(checkpoints):
        found = flaw(checkpoint)
        if found is None:
            for each in flaws:
                logger.error("passed over a checkpoint: %s", each)
            return checkpoint
        flaws.append(f"{checkpoint}: {found}")
    if flaws:
        raise NoWholeCheckpoint(
            f"no saved state can be read ({flaws[0]}). Nothing was changed. It may be that of another version: go back "
            "to that version, or move the state folder away and run `make up` for a fresh one"
        )
    return None
