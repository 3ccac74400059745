"""Forms that several resources share. What comes in is strict: no unknown field, no value of another type."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from django.conf import settings
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, StringConstraints

from tongban.kernel.events import format_instant
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


def _real_day(day: str) -> str:
    date.fromisoformat(day)
    return day


LONGEST_CONTENT = -(-settings.MAX_UPLOAD_BYTES // 3) * 4
"""Of a file as Base64: what a form may upload, the API may."""
CLEAN = r"^[^\u0000-\u001f\u007f]*$"
Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")]
AnyRegion = Annotated[str, StringConstraints(pattern=r"^([0-9]{6,12})?$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_.-]{0,79}$")]
Line = Annotated[str, StringConstraints(max_length=200, pattern=CLEAN)]
Words = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\u0000]*$")]
Day = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_real_day)]
Base64 = Annotated[str, StringConstraints(max_length=LONGEST_CONTENT, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]

Item = TypeVar("Item")


class ContentNotBase64(Refused):
    status = 422
    text = Text("文件内容不是 Base64。", "The content of a file is not Base64.")
    advice = Text("请按 RFC 4648 编码后重新提交。", "Encode it as RFC 4648 says and send it again.")


class In(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)


class Out(Schema):
    pass


class TextOut(Out):
    zh: str
    en: str


class Problem(Out):
    """RFC 9457. `title` says what happened, `detail` what to do next; `zh` holds both in Chinese."""

    type: str
    title: str
    status: int
    detail: str
    zh: dict[str, str]


class UploadIn(In):
    """`content` is Base64."""

    filename: Line
    content: Base64

    def data(self) -> bytes:
        """Refuses `ContentNotBase64`."""
        try:
            return base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            raise ContentNotBase64 from None


class FileIn(UploadIn):
    """`id` names the material of the situation; `content` is Base64."""

    id: Name


def text(value: Text | None) -> dict[str, str] | None:
    return value.as_json() if value else None


def instant(at: datetime | None) -> str | None:
    """UTC, milliseconds."""
    return format_instant(at) if at else None


def listed(items: list[Any], next: str | None = None) -> dict[str, Any]:
    return {"items": items, "next": next}
