"""Citizens (申请人): found by phone or by unified identity; the profile is one sealed column. A password is never demanded of them."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tongban.kernel import strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.people import models
from tongban.people.identity import check_identity, check_phone
from tongban.people.mandate_endings import end_mandates_of
from tongban.people.names import check_name
from tongban.people.queries import Citizen, citizen_of

COUNTER = "counter"
"""Stands in place of an identity provider for accounts that a counter opened; a provider's name is an address."""


class IdentityAlreadyVerified(Refused):
    """Name and number came from the identity provider; typing others does not change them."""

    text = Text(
        "您的身份信息来自统一身份认证，不能自行修改。",
        "Your identity comes from unified sign-in and cannot be typed over.",
    )
    advice = Text(
        "信息有误请到统一身份认证平台更正。", "If it is wrong, have it corrected at the unified identity platform."
    )


def find_or_create_by_phone(*, node: Node, phone: str, at: datetime) -> Citizen:
    """Call after the phone was proved."""
    phone = check_phone(phone)
    return _find_or_create(node, at=at, phone=phone, phone_hash=phone_hash(node, phone))


def find_or_create_by_subject(*, node: Node, issuer: str, subject: str, at: datetime) -> Citizen:
    """Call after the identity provider's answer was verified. A subject has its meaning only beside its issuer."""
    return _find_or_create(node, at=at, phone="", subject_hash=_subject_hash(node, issuer, subject))


def find_or_create_at_counter(
    *, node: Node, name: str, id_kind: str, id_number: str, by: Actor, at: datetime
) -> Citizen:  # fmt: skip
    """The account of a person whose document a clerk has seen: the one already vouched for, or a new one that no phone opens.

    Refuses `Forbidden` without the role, and what `check_identity` and `check_name` refuse.
    """
    if not by.may("reception"):
        raise Forbidden
    identity = check_identity(id_kind, id_number, allow_demo=node.demo)
    known = models.Citizen.objects.filter(identity_hash=_identity_hash(node, identity.kind, identity.number))
    vouched = [citizen for citizen in (citizen_of(node, row) for row in known) if citizen.verified]
    if vouched:
        return vouched[0]
    new = find_or_create_by_subject(node=node, issuer=COUNTER, subject=f"{identity.kind} {identity.number}", at=at)
    return save_verified_identity(
        node=node, citizen_id=new.id, name=name, id_kind=id_kind, id_number=id_number, phone="", at=at, allow_demo=node.demo
    )  # fmt: skip


def list_refs_of_document(*, node: Node, id_kind: str, id_number: str, by: Actor) -> list[str]:
    """The accounts of a person who is at the counter: those for whose document somebody vouched, never what was only typed.

    Refuses `Forbidden` without the role, and what `check_identity` refuses.
    """
    if not by.may("reception"):
        raise Forbidden
    identity = check_identity(id_kind, id_number, allow_demo=node.demo)
    rows = models.Citizen.objects.filter(identity_hash=_identity_hash(node, identity.kind, identity.number))
    return [citizen.ref for citizen in (citizen_of(node, row) for row in rows) if citizen.verified]


def take_over_counter_account(
    *, node: Node, issuer: str, subject: str, id_kind: str, id_number: str, allow_demo: bool = False
) -> None:
    """Before a first sign-in, after the identity provider's answer was verified: the account that a counter opened for this very document
    is this person's, with the mandates given there. Harmless where there is none, and for who has an account already."""
    try:
        identity = check_identity(id_kind, id_number, allow_demo=allow_demo)
    except Refused:
        return
    own = _subject_hash(node, issuer, subject)
    if not models.Citizen.objects.filter(subject_hash=own).exists():
        counter = _subject_hash(node, COUNTER, f"{identity.kind} {identity.number}")
        models.Citizen.objects.filter(subject_hash=counter).update(subject_hash=own)


def save_identity(
    *, node: Node, citizen_id: UUID, name: str, id_kind: str, id_number: str, by: Actor, at: datetime,
    allow_demo: bool = False,
) -> Citizen:  # fmt: skip
    """Name and number as the citizen typed them, checked for form. Only the citizen may.

    Refuses `Forbidden`, `IdentityAlreadyVerified`, `WrongName`, `WrongIdentityNumber`, `UnknownIdentityKind`.
    """
    citizen = _locked(node, citizen_id)
    if by.kind != "citizen" or by.ref != citizen.ref:
        raise Forbidden
    if citizen.verified:
        raise IdentityAlreadyVerified
    return _save(node, _identified(citizen, name, id_kind, id_number, allow_demo=allow_demo), at=at)


def save_verified_identity(
    *, node: Node, citizen_id: UUID, name: str, id_kind: str, id_number: str, phone: str, at: datetime,
    allow_demo: bool = False,
) -> Citizen:  # fmt: skip
    """What the identity provider vouches for; replaces what was typed."""
    known = _locked(node, citizen_id)
    citizen = _identified(known, name, id_kind, id_number, allow_demo=allow_demo)
    return _save(node, replace(citizen, phone=phone or known.phone, verified=True), at=at)


def forget_citizen(*, node: Node, citizen_id: UUID, by: Actor, at: datetime) -> None:
    """The account goes (注销); cases keep their own sealed parts and the reference, which then names nobody."""
    if by.kind != "citizen" or by.ref != _locked(node, citizen_id).ref:
        raise Forbidden
    end_mandates_of(ref=by.ref, reason="account_closed", by=by, at=at)
    models.Citizen.objects.filter(id=citizen_id).delete()


def _subject_hash(node: Node, issuer: str, subject: str) -> str:
    return node.keyed_hash(f"{issuer} {subject}", purpose="citizen-subject")


def phone_hash(node: Node, phone: str) -> str:
    return node.keyed_hash(phone, purpose="citizen-phone")


def _identified(citizen: Citizen, name: str, id_kind: str, id_number: str, *, allow_demo: bool) -> Citizen:
    identity = check_identity(id_kind, id_number, allow_demo=allow_demo)
    return replace(citizen, name=check_name(name), id_kind=identity.kind, id_number=identity.number)


def _find_or_create(node: Node, *, at: datetime, phone: str, **key: str) -> Citizen:
    new = Citizen(id=new_id(), ref=f"c-{new_id().hex[-16:]}", phone=phone)
    row, _ = models.Citizen.objects.update_or_create(
        **key,
        defaults={"last_seen_at": at},
        create_defaults={
            "id": new.id, "ref": new.ref, "profile": _profile(node, new), "first_seen_at": at, "last_seen_at": at,
        },
    )  # fmt: skip
    return citizen_of(node, row)


def _locked(node: Node, citizen_id: UUID) -> Citizen:
    row = models.Citizen.objects.select_for_update().filter(id=citizen_id).first()
    if row is None:
        raise Missing
    return citizen_of(node, row)


def _save(node: Node, citizen: Citizen, *, at: datetime) -> Citizen:
    models.Citizen.objects.filter(id=citizen.id).update(
        profile=_profile(node, citizen),
        identity_hash=_identity_hash(node, citizen.id_kind or "", citizen.id_number or ""),
        last_seen_at=at,
    )
    return citizen


def _identity_hash(node: Node, kind: str, number: str) -> str:
    return node.keyed_hash(f"{kind} {number}", purpose="citizen-identity")


def _profile(node: Node, citizen: Citizen) -> bytes:
    value = {
        "phone": citizen.phone, "name": citizen.name, "id_kind": citizen.id_kind, "id_number": citizen.id_number,
        "verified": citizen.verified,
    }  # fmt: skip
    return node.seal_locally(strictjson.canonical(value).decode(), purpose="citizen")
