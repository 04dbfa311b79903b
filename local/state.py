"""Where the embedded cloud keeps what it must find again: one folder, `.mam/` unless MAM_STATE_DIR says otherwise."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BUILD = REPOSITORY / ".build"


class StateUnusable(Exception):
    """The state folder cannot be made; the message says why."""


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
    def function_code(self) -> Path:
        """Unpacked code and layers of deployed functions, one folder per content hash."""
        return self.run / "code"

    @property
    def shared_layer(self) -> Path:
        """A link to the deployed copy of `shared/`, in the place where Lambda unpacks a layer."""
        return self.run / "shared-layer"

    def create(self) -> "StateDir":
        for folder in (self.aws, self.standins, self.sandbox, self.logs, self.run, self.function_code):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StateUnusable(
                    f"cannot keep state in {self.root}: {error}. MAM_STATE_DIR names another folder"
                ) from error
        return self


def state_dir_from_environment() -> StateDir:
    return StateDir(Path(os.environ.get("MAM_STATE_DIR") or REPOSITORY / ".mam").resolve())
