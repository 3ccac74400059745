"""Reading a draft that somebody wrote or exported: a merged definition as YAML or JSON, or the signed publication of one."""

from tongban.catalogue.parts.text import TextFault, read_text
from tongban.kernel import envelopes
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import Json
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

MAX_DRAFT_BYTES = 512 * 1024


class DraftUnreadable(Refused):
    """No YAML, no map, too long, or with references that could grow without bound."""

    status = 422
    text = Text("草案文件无法读取：{reason_zh}", "The draft cannot be read: {reason_en}")
    advice = Text("请提供完整的事项定义（YAML 或 JSON）。", "Give a whole definition as YAML or JSON.")


def read_draft(raw: bytes) -> Json:
    """Refuses `DraftUnreadable`. Whether it is a definition is said by `read_definition`."""
    if len(raw) > MAX_DRAFT_BYTES:
        raise DraftUnreadable(reason_zh="文件过大", reason_en=f"longer than {MAX_DRAFT_BYTES} bytes")
    try:
        document = envelopes.read(raw, type=envelopes.DEFINITION, max_bytes=MAX_DRAFT_BYTES).claims()["document"]
    except BadEnvelope:
        document = _yaml(raw)
    except (ValueError, KeyError, TypeError) as error:
        raise DraftUnreadable(reason_zh="格式不对", reason_en=type(error).__name__) from None
    if not isinstance(document, dict):
        raise DraftUnreadable(reason_zh="不是事项定义", reason_en="it is no definition")
    return document


def _yaml(raw: bytes) -> object:
    try:
        return read_text(raw)
    except TextFault as fault:
        zh, en = ("", "")
        if fault.line:
            zh, en = f"第 {fault.line} 行第 {fault.column} 列，", f"line {fault.line}, column {fault.column}: "
        raise DraftUnreadable(reason_zh=f"{zh}写法不对", reason_en=f"{en}{fault.reason}") from None
