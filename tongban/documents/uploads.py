"""Takes a file that somebody hands in: inspected elsewhere, named safely."""

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from tongban.documents.inspect import MAX_BYTES
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

INSPECTION_SECONDS = 10
MAX_NAME = 100
EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


class UnreadableFile(Refused):
    """Empty, damaged, cut off, encrypted, or too costly to read."""

    status = 422
    text = Text(
        "文件无法读取：可能已损坏、加密或不完整。", "The file cannot be read: it is damaged, encrypted or cut off."
    )
    advice = Text("请去掉密码，或重新扫描、拍照后上传。", "Remove the password, or scan or photograph the paper again.")


class FileTooLarge(Refused):
    status = 413
    text = Text("文件超过 20 MB。", "The file is larger than 20 MB.")
    advice = Text("请降低分辨率或分成几个文件上传。", "Lower the resolution, or hand in several files.")


class FileTypeNotAllowed(Refused):
    status = 415
    text = Text("只接受 PDF、JPG、PNG 文件。", "Only PDF, JPEG and PNG files are taken.")
    advice = Text("请转换格式或拍照后上传。", "Convert the file, or take a photograph of the paper.")


class DisguisedFile(Refused):
    """Something else before, after or inside the file (polyglot)."""

    status = 422
    text = Text("文件中夹带了其他内容。", "The file carries something else with it.")
    advice = Text("请重新导出、截屏或拍照后上传。", "Export it again, or take a screenshot or a photograph.")


class ActiveContent(Refused):
    """A PDF with scripts, actions that start something, forms of XFA or attachments."""

    status = 422
    text = Text("PDF 中含有脚本、附件或可执行的动作。", "The PDF holds scripts, attachments or actions.")
    advice = Text("请用“打印为 PDF”重新生成后上传。", "Make it anew with “print to PDF”.")


class TooManyPixels(Refused):
    status = 422
    text = Text("图片超过 4000 万像素。", "The picture has more than 40 million pixels.")
    advice = Text("请缩小后上传。", "Make it smaller and try again.")


class InspectionBusy(Refused):
    """The inspection itself could not run; the file is not to blame."""

    status = 503
    text = Text("暂时无法检查文件。", "Files cannot be inspected at the moment.")
    advice: ClassVar[Text] = Text("请稍后再试。", "Try again in a moment.")


_REFUSALS: dict[str, type[Refused]] = {
    refusal.__name__: refusal
    for refusal in (UnreadableFile, FileTooLarge, FileTypeNotAllowed, DisguisedFile, ActiveContent, TooManyPixels)
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """`media_type` comes from the content; `name` is safe to show and to offer for download."""

    media_type: str
    pages: int
    size: int
    name: str


def check_upload(data: bytes, *, filename: str) -> CheckedFile:
    """Read the whole file in a process of its own.

    Refuses `UnreadableFile`, `FileTooLarge`, `FileTypeNotAllowed`, `DisguisedFile`, `ActiveContent`, `TooManyPixels`, `InspectionBusy`.
    """
    if not data:
        raise UnreadableFile
    if len(data) > MAX_BYTES:
        raise FileTooLarge
    found = _inspect(data)
    if "refused" in found:
        raise _REFUSALS[found["refused"]]
    media_type = str(found["media_type"])
    return CheckedFile(media_type, int(found["pages"]), len(data), _safe_name(filename, media_type))


def _inspect(data: bytes) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "tongban.documents.inspect"]
    try:
        # An empty environment: the process has no secret to lose.
        done = subprocess.run(command, input=data, capture_output=True, timeout=INSPECTION_SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableFile from None
    except OSError:
        raise InspectionBusy from None
    if done.returncode != 0 or not done.stdout:
        # Killed by a limit, or the parser crashed: the file is what differs from others.
        raise UnreadableFile
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _safe_name(filename: str, media_type: str) -> str:
    """The last part of the path, without control and direction marks, with the extension of its content."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] not in {"C", "Z"} or c == " ")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.sub(r'[<>:"|?*]', "_", kept)).strip(" .")
    return (stem[:MAX_NAME] or "file") + EXTENSIONS[media_type]
