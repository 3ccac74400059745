"""Signing in through unified identity (统一身份认证): the visit is kept sealed in a row, used once, and forgotten after ten minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongban.kernel import strictjson
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.people import citizens, models
from tongban.people.adapters import oidc
from tongban.people.adapters.oidc import OidcProvider, SignInRejected, Visit, Vouched
from tongban.people.identity import check_phone
from tongban.people.queries import Citizen

VALID_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OidcStart:
    """`flow` belongs into the session; `url` is where the person goes."""

    flow: UUID
    url: str


def begin_oidc(*, node: Node, provider: OidcProvider, redirect_uri: str, at: datetime) -> OidcStart:
    """Refuses `SignInServiceDown`."""
    url, visit = oidc.begin(provider, redirect_uri=redirect_uri)
    sealed = node.seal_locally(strictjson.canonical(visit.as_json()).decode(), purpose="oidc-flow")
    row = models.OidcFlow.objects.create(id=new_id(), secrets=sealed, expires_at=at + VALID_FOR)
    return OidcStart(row.id, url)


def finish_oidc(
    *, node: Node, provider: OidcProvider, flow: UUID, answer: Mapping[str, str], at: datetime, allow_demo: bool = False
) -> Citizen:
    """The citizen behind the subject, with what the provider vouches for. `answer`: the parameters of the return address.

    Refuses `SignInRejected`, `SignInServiceDown`.
    """
    vouched = oidc.finish(provider, _take(node, flow, at=at), answer=answer, now=int(at.timestamp()))
    citizens.take_over_counter_account(
        node=node, issuer=vouched.issuer, subject=vouched.subject, id_kind=vouched.id_kind, id_number=vouched.id_number, allow_demo=allow_demo
    )  # fmt: skip
    citizen = citizens.find_or_create_by_subject(node=node, issuer=vouched.issuer, subject=vouched.subject, at=at)
    return _with_identity(node, citizen, vouched, at=at, allow_demo=allow_demo)


def _take(node: Node, flow: UUID, *, at: datetime) -> Visit:
    """The row goes with its first use; only a provider that is down leaves it for another try."""
    row = models.OidcFlow.objects.select_for_update().filter(id=flow, expires_at__gt=at).first()
    if row is None:
        raise SignInRejected
    visit = Visit(**strictjson.parse(node.open_locally(bytes(row.secrets), purpose="oidc-flow").encode()))
    row.delete()
    return visit


def _with_identity(node: Node, citizen: Citizen, vouched: Vouched, *, at: datetime, allow_demo: bool) -> Citizen:
    """Claims that fail our own checks are left aside: the person can still type them."""
    if not (vouched.name and vouched.id_number):
        return citizen
    try:
        return citizens.save_verified_identity(
            node=node, citizen_id=citizen.id, name=vouched.name, id_kind=vouched.id_kind,
            id_number=vouched.id_number, phone=_phone(vouched), at=at, allow_demo=allow_demo,
        )  # fmt: skip
    except Refused:
        return citizen


def _phone(vouched: Vouched) -> str:
    try:
        return check_phone(vouched.phone)
    except Refused:
        return ""
