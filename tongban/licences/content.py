"""What a licence says (证照信息): canonical JSON, frozen when it is reserved. Personal: it is sealed under the key of its case. Plain Python."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.kernel import strictjson
from tongban.kernel.events import Json
from tongban.kernel.text import Text

VERSION = 1
MAX_BYTES = 48 * 1024
_SALT_BYTES = 16
_SALT = re.compile(r"[0-9a-f]{32}")


class BadContent(ValueError):
    """These bytes are no content of a licence."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who decided and answers for it (颁发机构). `uscc`: unified social credit code, "" where nobody has told it."""

    region: str
    office: str
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the application was received (收件地); "" in `name` where it is the issuer's own place."""

    region: str
    name: str


@dataclass(frozen=True, slots=True)
class Holder:
    """`id_kind`: a code of identity documents, or "uscc" for an organisation."""

    name: str
    id_kind: str
    id_number: str


@dataclass(frozen=True, slots=True)
class ContentField:
    """One line of the licence; `value` as it is printed."""

    id: str
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class Template:
    """`layout`: as the issuing place declares it (`forms/layouts.py`), so that every member prints it alike; "" for one of the product."""

    id: str
    version: int
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """`type`: id in `types.yaml`; `number`: what people call it by (证照编号); `follows`: identifier of the version before, or "".

    `from_` to `until`, both included; `until` None has no end. `demo`: of an invented person, without legal effect. `salt`: as secret as the
    holder's number; without it nobody who has the face alone can try numbers.
    """

    identifier: str
    type: str
    name: Text
    number: str
    version: int
    follows: str
    operation: str
    issuer: Issuer
    receiver: Receiver
    holder: Holder
    fields: tuple[ContentField, ...]
    from_: date
    until: date | None
    decided_on: date
    template: Template
    demo: bool
    salt: str = field(repr=False)

    def as_json(self) -> Json:
        return {
            "v": VERSION, "identifier": self.identifier, "type": self.type, "name": self.name.as_json(), "number": self.number,
            "version": self.version, "follows": self.follows, "operation": self.operation,
            "issuer": _values(self.issuer), "receiver": _values(self.receiver), "holder": _values(self.holder),
            "fields": [{"id": one.id, "label": one.label.as_json(), "value": one.value} for one in self.fields],
            "from": self.from_.isoformat(), "until": self.until.isoformat() if self.until else "",
            "decided_on": self.decided_on.isoformat(), "template": _template(self.template), "demo": self.demo,
            "salt": self.salt,
        }  # fmt: skip

    def as_bytes(self) -> bytes:
        """The one byte form; its hash stands in the face."""
        return strictjson.canonical(self.as_json())


def make_salt() -> str:
    """128 random bits, hex; new for every version of a licence."""
    return secrets.token_hex(_SALT_BYTES)


def read_content(data: bytes) -> Content:
    """Raises `BadContent`."""
    try:
        value = strictjson.parse_canonical(data, max_bytes=MAX_BYTES)
        content = _from_json(value)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadContent(type(error).__name__) from None
    if content.as_bytes() != data:
        raise BadContent("holds something that a licence does not say")
    return content


def _from_json(value: Any) -> Content:
    if value["v"] != VERSION:
        raise ValueError("another version")
    return Content(
        identifier=_text(value["identifier"]), type=_text(value["type"]), name=Text.from_json(value["name"]),
        number=_text(value["number"]), version=int(value["version"]), follows=_text(value["follows"]),
        operation=_text(value["operation"]), issuer=Issuer(**_texts(value["issuer"])),
        receiver=Receiver(**_texts(value["receiver"])), holder=Holder(**_texts(value["holder"])),
        fields=tuple(ContentField(_text(f["id"]), Text.from_json(f["label"]), _text(f["value"])) for f in value["fields"]),
        from_=date.fromisoformat(value["from"]), until=date.fromisoformat(value["until"]) if value["until"] else None,
        decided_on=date.fromisoformat(value["decided_on"]),
        template=_read_template(value["template"]), demo=bool(value["demo"]),
        salt=_salt(value["salt"]),
    )  # fmt: skip


def _values(part: Issuer | Receiver | Holder) -> Json:
    return {name: getattr(part, name) for name in part.__slots__}


def _template(template: Template) -> Json:
    named: Json = {"id": template.id, "version": template.version}
    return named | {"layout": template.layout} if template.layout else named


def _read_template(value: Any) -> Template:
    return Template(_text(value["id"]), int(value["version"]), _text(value.get("layout", "")))


def _texts(value: Any) -> dict[str, str]:
    return {str(name): _text(text) for name, text in value.items()}


def _salt(value: Any) -> str:
    if not _SALT.fullmatch(_text(value)):
        raise ValueError("a salt of 128 bits expected")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
