"""What goes into a function's asset: its own folder at its full path, and nothing else."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
STAGED = ROOT / ".build" / "functions"
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "README.md")


class FunctionFolderMissing(Exception):
    """A stack wires a function whose folder has no handler."""


def stage_function(folder: str) -> Path:
    """Copy `functions/<folder>` to `.build/functions/<name>/functions/<folder>` and return the root of the copy.

    The full path is kept, so that the handler is imported by the same name as in the repository. `shared/` comes with
    the layer: Lambda searches a function's own code first, and a copy in here would shadow it.
    """
    source = FUNCTIONS / folder
    if not (source / "handler.py").is_file():
        raise FunctionFolderMissing(f"functions/{folder}/handler.py does not exist, but a stack wires it")
    asset = STAGED / Path(folder).name
    wanted = asset / "functions" / folder
    shutil.rmtree(asset, ignore_errors=True)
    shutil.copytree(source, wanted, ignore=NOT_SHIPPED)
    return asset
