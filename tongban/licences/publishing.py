"""Status lists travel (状态名单): made here for what this node's regions issue, fetched from the other nodes, never taken backwards.

An own list is made anew whenever it is asked for, so that nobody is given one that is about to be too old; another node is asked for its own where
what is held here grew old, and nobody waits long for it. A list's version is the second it was made in, or one more than the last: a node that
was restored from a backup does not begin again.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import connection, transaction

from tongban.alliance import queries as alliance
from tongban.alliance.members import NodeEntry
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.licences import models
from tongban.licences.issuers import Issuers
from tongban.licences.operations import VALID, status_bits
from tongban.licences.status import (
    MAX_BYTES,
    NOT_YET,
    SKEW,
    BadList,
    StatusList,
    build_bits,
    digest_of,
    read_list,
    region_of,
    sign_list,
)
from tongban.seals import queries as seals
from tongban.seals.views import MAIN_SUITE, NATIONAL_SUITE, MakerView

ADDRESS = "/licences/status"
RENEWED = timedelta(minutes=1)
"""A list is not made twice within this time, however often it is asked for."""
LEFT = timedelta(minutes=1)
"""A list of another node that would be too old within this time is asked for anew."""
ASKED_AGAIN = timedelta(seconds=30)
"""A node that gave nothing is not asked again within this time: nobody waits for it twice."""
CONNECT_SECONDS, TOTAL_SECONDS = 1.0, 3.0
"""As long as somebody who verifies waits for another node."""
MAX_INDEX_BYTES = 64 * 1024
_OTHERS = """
SELECT status_index, status, witnessed_at IS NULL FROM licences_licence
WHERE region = %s AND issuer = %s AND status_list = %s AND (status <> %s OR witnessed_at IS NULL)
"""
_RUNS = """
SELECT min(status_index), max(status_index) FROM (
    SELECT status_index, status_index - dense_rank() OVER (ORDER BY status_index) AS run FROM licences_licence
    WHERE region = %s AND issuer = %s AND status_list = %s
) placed GROUP BY run
"""
"""A place that was reserved and got no licence is in none of them."""

log = structlog.get_logger()
_read: dict[str, tuple[tuple[str, int], StatusList]] = {}
_asked: dict[str, datetime] = {}


class Getter(Protocol):
    """How a peer is asked; `PeerClient` in production. Raises `PeerUnreachable`."""

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes: ...


def find_issuers() -> Issuers:
    """By the member lists that this node believes."""
    return Issuers.of(alliance.list_lists())


def publish_list(*, node: Node, list_id: str, at: datetime) -> str:
    """The signed list of one of this node's regions, at most `RENEWED` old. Refuses `Missing`."""
    if not node.hosts(region_of(list_id)):
        raise Missing
    rows = models.HeldStatusList.objects.filter(list=list_id)
    if (held := rows.first()) and _is_new(held, at):
        return held.token
    with transaction.atomic():
        # One at a time: what was read earlier never stands under a newer version, and who waited takes what the other made.
        if (held := rows.select_for_update().first()) and _is_new(held, at):
            return held.token
        built = _build(node, list_id, held.version if held else 0, at)
        token = sign_list(built, address=address_of(node.url, list_id), key=node.keys["event"])
        _keep(built, token)
    return token


def get_token(*, node: Node, list_id: str, at: datetime, client: Getter | None = None) -> str:
    """The newest version of any list that is held here; own ones are made anew where it is due. Refuses `Missing`."""
    if node.hosts(region_of(list_id)):
        return publish_list(node=node, list_id=list_id, at=at)
    held = models.HeldStatusList.objects.filter(list=list_id)
    if not held.exists():
        # Names that nobody has signed are asked of no other node.
        raise Missing
    refresh_list(node=node, list_id=list_id, issuers=find_issuers(), at=at, client=client)
    return held.values_list("token", flat=True).get()


def lists_for(
    node: Node, issuers: Issuers, at: datetime, *, client: Getter | None = None
) -> Callable[[Iterable[str]], dict[str, StatusList]]:
    """For `verifying`: the lists held here, own ones as of now, those of others asked for anew where they grew old."""

    def look(names: Iterable[str]) -> dict[str, StatusList]:
        wanted = list(names)
        for name in wanted:
            if node.hosts(region_of(name)):
                with suppress(Missing):
                    publish_list(node=node, list_id=name, at=at)
            else:
                refresh_list(node=node, list_id=name, issuers=issuers, at=at, client=client)
        return find_lists(wanted, issuers=issuers)

    return look


def refresh_list(*, node: Node, list_id: str, issuers: Issuers, at: datetime, client: Getter | None = None) -> bool:
    """A list that another node makes, where none is held or it is old; whether a newer one came. What is held stays. Not inside a transaction."""
    held = models.HeldStatusList.objects.filter(list=list_id).first()
    asked = _asked.get(list_id)
    if (held and held.made_at - SKEW <= at < held.expires_at - LEFT) or (asked and asked <= at < asked + ASKED_AGAIN):
        return False
    _asked[list_id] = at
    try:
        peer = alliance.latest_list(at).node_of(region_of(list_id), at)
        if client is not None:
            return _fetch(list_id, peer, client, issuers, at)
        with closing(PeerClient(node, connect_seconds=CONNECT_SECONDS, total_seconds=TOTAL_SECONDS)) as own:
            return _fetch(list_id, peer, own, issuers, at)
    except (PeerUnreachable, BadList, LookupError, Refused, ValueError) as error:
        log.info("status list not renewed", region=region_of(list_id), reason=type(error).__name__)
        return False


def publish_lists(*, node: Node, at: datetime) -> list[str]:
    """Every list of this node's regions, made anew where it is due; their names."""
    names = list(list_own(node=node))
    for list_id in names:
        publish_list(node=node, list_id=list_id, at=at)
    return names


def list_own(*, node: Node) -> Iterator[str]:
    """The lists in which licences of this node's regions stand."""
    rows = (
        models.Licence.objects.filter(region__in=node.regions).values_list("region", "issuer", "status_list").distinct()
    )
    return iter(sorted({name for region, issuer, name in rows if region == issuer == region_of(name)}))


def take_list(token: str, *, issuers: Issuers, at: datetime) -> bool:
    """A list from elsewhere: kept when it is newer than the one held. Raises `BadList`, also for one that is stale already."""
    came = read_list(token, issuers=issuers)
    if came.is_stale(at):
        raise BadList("stale")
    with transaction.atomic():
        held = models.HeldStatusList.objects.select_for_update().filter(list=came.list).first()
        if held and held.version >= came.version:
            return False
        _keep(came, token)
    return True


def fetch_lists(*, node: Node, at: datetime, client: Getter) -> dict[str, str]:
    """Ask every other active node for the lists that it makes. Node id → why it gave nothing usable. Not inside a transaction."""
    issuers, away = find_issuers(), dict[str, str]()
    for peer in alliance.latest_list(at).peers:
        if peer.id == node.id:
            continue
        try:
            _fetch_from(peer, client, issuers, at)
        except (PeerUnreachable, BadList, LookupError, TypeError, ValueError) as error:
            away[peer.id] = error.reason if isinstance(error, PeerUnreachable) else type(error).__name__
            log.info("no status list taken", peer=peer.id, reason=away[peer.id])
    return away


def list_tokens() -> list[str]:
    """Every list held, as signed: what a page takes along to verify without a network."""
    return list(models.HeldStatusList.objects.order_by("list").values_list("token", flat=True))


def find_lists(names: Iterable[str], *, issuers: Issuers) -> dict[str, StatusList]:
    """The newest versions held of these lists; what the member lists no longer vouch for is left out."""
    rows = models.HeldStatusList.objects.filter(list__in=list(names)).values_list("list", "token")
    found = {name: _read_once(name, token, issuers) for name, token in rows}
    return {name: one for name, one in found.items() if one}


def address_of(url: str, list_id: str) -> str:
    return f"{url.rstrip('/')}{ADDRESS}/{list_id}"


def _is_new(held: models.HeldStatusList, at: datetime) -> bool:
    """One from the future is of a clock that was put back, unless somebody has just made it."""
    return at - RENEWED < held.made_at <= at + SKEW


def _build(node: Node, list_id: str, before: int, at: datetime) -> StatusList:
    region = region_of(list_id)
    with scope([region]), connection.cursor() as cursor:
        cursor.execute(_RUNS, [region, region, list_id])
        runs = cursor.fetchall()
        if not runs:
            raise Missing
        cursor.execute(_OTHERS, [region, region, list_id, VALID])
        others = [(index, NOT_YET if waits else status_bits(status)) for index, status, waits in cursor.fetchall()]
        makers = tuple(maker.certificate for maker in _makers(region))
        stopped = {
            digest_of(certificate): since.replace(microsecond=0)
            for certificate, since in seals.list_stopped(region=region)
        }
    made = at.replace(microsecond=0)
    version = max(before + 1, int(made.timestamp()))
    return StatusList(list_id, version, node.id, made, build_bits(runs, others), makers=makers, stopped=stopped)


def _makers(region: str) -> list[MakerView]:
    found = [seals.find_maker(region=region, suite=suite) for suite in (MAIN_SUITE, NATIONAL_SUITE)]
    return [maker for maker in found if maker]


def _keep(one: StatusList, token: str) -> None:
    values = {"version": one.version, "token": token, "made_at": one.made_at, "expires_at": one.expires_at}
    models.HeldStatusList.objects.update_or_create(list=one.list, defaults=values)


def _fetch_from(peer: NodeEntry, client: Getter, issuers: Issuers, at: datetime) -> None:
    names = json.loads(client.get(peer.url, ADDRESS, max_bytes=MAX_INDEX_BYTES, at=at))["lists"]
    for name in names:
        _fetch(name, peer, client, issuers, at)


def _fetch(name: str, peer: NodeEntry, client: Getter, issuers: Issuers, at: datetime) -> bool:
    token = client.get(peer.url, f"{ADDRESS}/{name}", max_bytes=MAX_BYTES, at=at).decode("ascii")
    return take_list(token, issuers=issuers, at=at)


def _read_once(name: str, token: str, issuers: Issuers) -> StatusList | None:
    """Reading a list of ten million takes longer than asking it: done once for each version, and again under a newer member list."""
    kept, read = _read.get(name), (token, max((members.version for members in issuers.lists), default=0))
    if kept and kept[0] == read:
        return kept[1]
    try:
        found = read_list(token, issuers=issuers)
    except BadList:
        return None
    _read[name] = (read, found)
    return found
