"""How far an execution got, kept in its own record, so that a redrive can go on there.

Keys name a walk through a machine: "" is the execution itself, "/Each#2" the third item of its Map state Each,
"/Fork:First" the branch of Fork that starts at First. A walk is at a state with an input, or has ended with an output.
"""

import threading
from typing import Any

FIELD = "progress"


class Progress:
    def __init__(self, execution: dict[str, Any], *, resuming: bool) -> None:
        known: dict[str, Any] = execution.get(FIELD) or {}
        self._resumable = dict(known) if resuming else {}
        self._now: dict[str, Any] = dict(known) if resuming else {}
        self._lock = threading.Lock()
        execution[FIELD] = self._now

    def resume(self, walk: str) -> dict[str, Any] | None:
        """Where the walk was when the execution failed; given out once."""
        return self._resumable.pop(walk, None)

    def at(self, walk: str, state: str, data: Any, variables: dict[str, Any]) -> None:
        with self._lock:
            self._now[walk] = {"state": state, "input": data, "variables": dict(variables)}

    def ended(self, walk: str, output: Any) -> None:
        with self._lock:
            self._now[walk] = {"output": output}

    def forget_below(self, walk: str, state: str) -> None:
        """The Map or Parallel state was left, by success or by a catch: its items start anew if it is entered again."""
        prefixes = (f"{walk}/{state}#", f"{walk}/{state}:")
        with self._lock:
            for records in (self._now, self._resumable):
                for key in [each for each in records if each.startswith(prefixes)]:
                    del records[key]

    def clear(self) -> None:
        with self._lock:
            self._now.clear()
