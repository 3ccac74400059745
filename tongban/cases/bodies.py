"""What every body of an event of a case is: clear, small, without personal data; its kind says which sealed parts go with it."""

from dataclasses import asdict, dataclass, fields
from typing import ClassVar, Self

from tongban.kernel.events import Json
from tongban.kernel.registries import EventKind, register_kind
from tongban.kernel.text import Text

WITH_THE_CASE_KEY = "erased with the case key"


def case_kind(name: str, zh: str, en: str, *, sealed: tuple[str, ...] = (), critical: bool = True) -> EventKind:
    erasure = dict.fromkeys(sealed, WITH_THE_CASE_KEY)
    return register_kind(EventKind(f"cases.{name}", 1, Text(zh, en), critical=critical, sealed=erasure))


@dataclass(frozen=True)
class CaseEvent:
    """Base of the bodies: `body()` for the signed payload, `read()` back, unknown fields of newer versions left aside."""

    KIND: ClassVar[EventKind]

    def body(self) -> Json:
        return asdict(self)

    @classmethod
    def read(cls, body: Json) -> Self:
        return cls(**{known.name: body[known.name] for known in fields(cls) if known.name in body})
