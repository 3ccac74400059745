"""What a licence says (证照信息): canonical JSON, frozen when it is reserved. Personal: it is sealed under the key of its case. Plain Python."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel import strictjson
from tongban.kernel.events import Json
from tongban.kernel.text import Text

VERSION = 1
MAX_BYTES = 48 * 1024


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
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Content:
    """`type`: id in `types.yaml`; `number`: what people call it by (证照编号); `follows`: identifier of the version before, or "".

    `from_` to `until`, both included; `until` None has no end. `demo`: of an invented person, without legal effect.
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

    def as_json(self) -> Json:
        return {
            "v": VERSION, "identifier": self.identifier, "type": self.type, "name": self.name.as_json(), "number": self.number,
            "version": self.version, "follows": self.follows, "operation": self.operation,
            "issuer": _values(self.issuer), "receiver": _values(self.receiver), "holder": _values(self.holder),
            "fields": [{"id": one.id, "label": one.label.as_json(), "value": one.value} for one in self.fields],
            "from": self.from_.isoformat(), "until": self.until.isoformat() if self.until else "",
            "decided_on": self.decided_on.isoformat(), "template": _values(self.template), "demo": self.demo,
        }  # fmt: skip

    def as_bytes(self) -> bytes:
        """The one byte form; its hash stands in the face."""
        return strictjson.canonical(self.as_json())


def read_content(data: bytes) -> Content:
    """Raises `BadContent`."""
    try:
        value = strictjson.parse_canonical(data, max_bytes=MAX_BYTES)
        content = _from_json(value)
    except (KeyError, TypeError, ValueError) as error:
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
        template=Template(_text(value["template"]["id"]), int(value["template"]["version"])), demo=bool(value["demo"]),
    )  # fmt: skip


def _values(part: Issuer | Receiver | Holder | Template) -> Json:
    return {name: getattr(part, name) for name in part.__slots__}


def _texts(value: Any) -> dict[str, str]:
    return {str(name): _text(text) for name, text in value.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
