"""Files that are whole or not there: written beside their place, flushed to disk, then linked in. Never overwritten."""

import os
import tempfile
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A name means one content for ever, so that writing it again is no change."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".part-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            _link(Path(beside), target)
        finally:
            Path(beside).unlink()
        return name


def _link(beside: Path, target: Path) -> None:
    try:
        # A link, not a rename: it fails where a file stands, and that file has the same content.
        target.hardlink_to(beside)
    except FileExistsError:
        return
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
