"""An alliance of the cast: two roots of which both sign, a member list, one agreement."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import services
from tongban.alliance.agreements import Agreement, Article
from tongban.alliance.documents import (
    draft_member_list,
    node_entry,
    region_entries,
    sign_agreement,
    sign_member_list,
)
from tongban.alliance.members import MemberList
from tongban.alliance.terms import Terms
from tongban.alliance.trust import Root, Trust
from tongban.kernel.crypto import SUITES
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.text import Text

ROOTS = [SUITES[1].new_signing_key(owner=f"root{number}") for number in (1, 2, 3)]
TRUST = Trust("demo", tuple(Root(key.id, key.public) for key in ROOTS), threshold=2)
START = timedelta(days=1)


def list_document(nodes: Iterable[Node], at: datetime, **changes: object) -> Json:
    since = at - START
    nodes = list(nodes)
    return (
        draft_member_list(
            trust=TRUST,
            nodes=[node_entry(node, since=since) for node in nodes],
            regions=[entry for node in nodes for entry in region_entries(node, since=since)],
            valid_from=since,
        )
        | changes
    )


def signed_list(document: Json, *, roots: int = 2) -> bytes:
    return sign_member_list(document, keys=ROOTS[:roots]).raw


def agreement(at: datetime, **changes: object) -> Agreement:
    """济阳 receives for 临邑 and the other way round, item and modes by name; every region for every other by the second article."""
    pair = (JIYANG, LINYI)
    articles = (
        Article("1", (ITEM,), ("one-window",), pair, pair, response_days=2),
        Article("2", ("*",), ("*",), ("*",), ("*",)),
    )
    name = Text("济阳—临邑—惠民 跨市通办协议", "Jiyang, Linyi, Huimin agreement")
    values = {
        "id": "jlh",
        "version": 1,
        "alliance": "demo",
        "name": name,
        "members": (JIYANG, LINYI, HUIMIN),
        "articles": articles,
        "terms": Terms(helpers=("*",)),
    }
    return Agreement(**(values | {"valid_from": at.date() - timedelta(days=30)} | changes))  # type: ignore[arg-type]


def signed_agreement(value: Agreement, nodes: Iterable[Node]) -> bytes:
    first, *others = nodes
    raw = sign_agreement(value.as_json(), key=first.keys["event"]).raw
    for node in others:
        raw = sign_agreement(raw, key=node.keys["event"]).raw
    return raw


def found_alliance(nodes: Iterable[Node], at: datetime) -> MemberList:
    """Member list and agreement, as every node of the tests holds them."""
    nodes = list(nodes)
    members = services.import_member_list(raw=signed_list(list_document(nodes, at)), trust=TRUST, at=at)
    services.import_agreement(raw=signed_agreement(agreement(at), nodes), at=at)
    return members
