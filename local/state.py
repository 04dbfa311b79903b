"""Where the embedded cloud keeps what it must find again: one folder, `.mam/` unless MAM_STATE_DIR says otherwise."""

import contextlib
import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BUILD = REPOSITORY / ".build"


NEEDED_BYTES = 200 << 20
"""What a system needs to start and to go on: unpacked functions, the agents' base image, checkpoints."""


class StateUnusable(Exception):
    """The state folder cannot be used; the message says why and what to do."""


FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
UNWRITABLE = FULL | {errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True)
class StateDir:
    root: Path

    @property
    def aws(self) -> Path:
        return self.root / "aws"

    @property
    def standins(self) -> Path:
        return self.root / "standins"

    @property
    def sandbox(self) -> Path:
        return self.root / "sandbox"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def home(self) -> Path:
        """The home folder of our processes: nothing in it changes what they do."""
        return self.run / "home"

    @property
    def function_code(self) -> Path:
        """Unpacked code and layers of deployed functions, one folder per content hash."""
        return self.run / "code"

    @property
    def shared_layer(self) -> Path:
        """A link to the deployed copy of `shared/`, in the place where Lambda unpacks a layer."""
        return self.run / "shared-layer"

    def create(self) -> "StateDir":
        """Makes what is missing. Whatever the umask is, nobody but its owner gets in."""
        for folder in (self.aws, self.standins, self.sandbox, self.logs, self.run, self.home, self.function_code):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self.unusable(error) from error
        with contextlib.suppress(PermissionError):
            self.root.chmod(0o700)
        return self

    def refuse_unwritable(self) -> None:
        """Raises StateUnusable where a system would start and then lose what it does."""
        try:
            with tempfile.TemporaryFile(dir=self.run) as probe:
                probe.write(b"can this be written?")
            free = shutil.disk_usage(self.root).free
        except OSError as error:
            raise self.unusable(error) from error
        if free < NEEDED_BYTES:
            raise StateUnusable(
                f"{self.root} has {free >> 20} MB left, and {NEEDED_BYTES >> 20} are needed: make room there, or name "
                "a folder elsewhere with MAM_STATE_DIR"
            )

    def unusable(self, error: OSError) -> StateUnusable:
        """What a person can do about a file of the state that cannot be written."""
        way = "make room there" if error.errno in FULL else "make it writable for you"
        return StateUnusable(
            f"cannot keep state in {self.root} ({error.strerror or error}): {way}, or name a folder elsewhere with "
            "MAM_STATE_DIR"
        )


def state_dir_from_environment() -> StateDir:
    return StateDir(Path(os.environ.get("MAM_STATE_DIR") or REPOSITORY / ".mam").resolve())
