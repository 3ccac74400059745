"""The metadata of a licence (证照元数据) under the short names that systems of e-licences exchange (GB/T 36903). Plain Python.

The names were read in published code; the text of the standard was not at hand (`verified: false`). Status and operation stand in no short name
that was found: they go by ours, with the codes of the standard's lists.
"""

from tongban.kernel.events import Json
from tongban.kernel.text import Text
from tongban.licences.codes import read_identifier
from tongban.licences.content import Content
from tongban.licences.operations import GIVEN_CODES, OPERATIONS, OTHER_CODE, VALID
from tongban.people.identity import KINDS

ORGANISATION = ("001", Text("统一社会信用代码", "Unified social credit code"))
"""As the national tables of cases have it."""


def metadata(content: Content, status: str) -> Json:
    """Personal: the holder stands in it. `status`: of `operations.STATUSES`, "" where it is not known. Dates as 2026-11-20, an open end as "".

    Raises `WrongIdentifier`.
    """
    identifier, holder = read_identifier(content.identifier), content.holder
    kind, kind_name = _kind(holder.id_kind)
    return {
        "ZZBS": content.identifier, "ZZMC": content.name.zh, "ZZBH": content.number, "ZZLXDM": identifier.type,
        "ZZBFJG": content.issuer.name, "ZZBFJGDM": identifier.issuer, "ZZBFRQ": content.decided_on.isoformat(),
        "CZZT": holder.name, "CZZTDM": holder.id_number, "CZZTDMLX": kind_name, "CZZTDMLXDM": kind,
        "ZZYXQQSRQ": content.from_.isoformat(), "ZZYXQJZRQ": content.until.isoformat() if content.until else "",
        "status": status, "operation": _operation(content, status), "verified": False,
    }  # fmt: skip


def _kind(id_kind: str) -> tuple[str, str]:
    if id_kind == "uscc":
        code, name = ORGANISATION
        return code, name.zh
    known = KINDS.get(id_kind)
    return id_kind, known.name.zh if known else ""


def _operation(content: Content, status: str) -> str:
    """What was done with it last, as far as content and status tell: it was given, or it came into this status."""
    if status in ("", VALID):
        return GIVEN_CODES[content.operation]
    return next((one.code for one in OPERATIONS.values() if one.after == status), OTHER_CODE)
