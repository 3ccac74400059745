"""A draft as a value, and how it is sealed. Plain Python."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from tongban.kernel import strictjson
from tongban.kernel.crypto import Suite
from tongban.kernel.events import Json, SealedRef
from tongban.kernel.sealing import DataKey

CONTEXT = b"draft"
SIGNATURE = "signature"
"""The id of the material that is the applicant's signature (签名): an image from the pad, or "presented" on a signed paper form."""


@dataclass(frozen=True)
class Material:
    """One material as it was brought: `way` is upload, register, pledge, generated, presented; a file only when uploaded."""

    id: str
    way: str
    name: str = ""
    media_type: str = ""
    size: int = 0
    original_seen: bool = False
    ref: SealedRef | None = None

    def as_json(self) -> Json:
        return {**asdict(self), "ref": self.ref.as_json() if self.ref else None}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(**{**value, "ref": SealedRef(**value["ref"]) if value["ref"] else None})


@dataclass(frozen=True)
class Draft:
    """What the applicant has said so far (草稿). `applicant`: name, id_kind, id_number, phone. `version` changes with every save.

    `agent`: who saved it last for the applicant under a mandate, empty when they did so themselves. `signers`: who ticked which pledge,
    "applicant" or "agent".
    """

    case_id: UUID
    region: str
    owner: str
    deciding: str
    item: str
    definition: str
    situation: str
    mode: str
    channel: str
    applicant: dict[str, str]
    elements: dict[str, Any]
    materials: tuple[Material, ...]
    version: str
    updated_at: datetime
    agent: dict[str, str] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)

    def material(self, id: str) -> Material | None:
        """The first of its files, or how else it was brought."""
        return next((material for material in self.materials if material.id == id), None)

    @property
    def signature(self) -> Material | None:
        return self.material(SIGNATURE)

    def files(self, id: str) -> tuple[Material, ...]:
        """Every file of one material: a letter of three pages may be three photographs."""
        return tuple(material for material in self.materials if material.id == id and material.ref)

    def with_material(self, material: Material) -> "Draft":
        """In place of whatever was brought as this material."""
        return replace(self, materials=(*(other for other in self.materials if other.id != material.id), material))

    def with_file(self, file: Material) -> "Draft":
        """One file more of this material."""
        return replace(self, materials=(*self.materials, file))

    def application(self) -> Json:
        """The sealed part of the submission: what the deciding place reads."""
        return {
            "applicant": self.applicant,
            "elements": self.elements,
            "materials": [material.as_json() for material in self.materials],
            **({"agent": self.agent} if self.agent else {}),
        }

    def content(self) -> Json:
        names = ("deciding", "situation", "mode", "channel")
        signers = {"signers": self.signers} if self.signers else {}
        return {**{name: getattr(self, name) for name in names}, **self.application(), **signers}


def seal_draft(draft: Draft, *, key: DataKey, suite: Suite) -> bytes:
    return suite.encrypt(strictjson.canonical(draft.content()), key=key.secret, context=CONTEXT)


def open_content(sealed: bytes, *, key: DataKey, suite: Suite) -> Json:
    """The content of `Draft.content`; materials as values."""
    value: Json = strictjson.parse(suite.decrypt(sealed, key=key.secret, context=CONTEXT))
    value["materials"] = tuple(Material.from_json(item) for item in value["materials"])
    return value
