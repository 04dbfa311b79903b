"""Zips an asset folder so that equal content gives equal bytes: the function host keys what it unpacks on them."""

import io
import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(path: Path) -> bytes:
    """A folder becomes an archive; a file that is one already is taken as it is."""
    if path.is_file():
        return path.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts):
            entry = zipfile.ZipInfo(str(file.relative_to(path)), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if file.stat().st_mode & 0o100 else 0o644) << 16
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()
