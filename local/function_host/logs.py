"""One file per function with what it printed, for `python -m local logs`; CloudWatch Logs has it too."""

from pathlib import Path

MAX_BYTES = 5 * 1024 * 1024


class FunctionLogs:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def append(self, function: str, text: str) -> None:
        if not text:
            return
        file = self._folder / f"{Path(function).name}.log"
        if file.exists() and file.stat().st_size > MAX_BYTES:
            file.replace(file.with_suffix(".log.1"))
        with file.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(text if text.endswith("\n") else f"{text}\n")
