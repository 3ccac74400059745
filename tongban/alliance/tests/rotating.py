"""The list that follows the one held, for tests that change keys, suspend or accuse."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tongban.alliance import queries
from tongban.alliance.documents import sign_member_list
from tongban.alliance.following import Changes, follow_member_list
from tongban.alliance.members import KeyEntry, MemberList, NodeEntry, Period
from tongban.alliance.tests.factories import ROOTS
from tongban.kernel.node import Node, create_node

NOW = timedelta()


def fresh_node(directory: Path, region: str) -> Node:
    """With keys of its own, so that a test may change them."""
    return create_node(
        directory / region, id=f"{region}-1", alliance="demo", regions=(region,), url=f"http://r{region}.localhost:1",
        demo=True,
    )  # fmt: skip


def shown(node: Node, at: datetime) -> NodeEntry:
    """All keys there are, as `tongban node public` shows them."""
    keys = [
        KeyEntry(key.id, purpose, key.public, Period(at))
        for purpose, held in node.held.items()
        for key in held.values()
    ]
    return NodeEntry(node.id, node.url, tuple(keys))


def next_list(
    at: datetime,
    *,
    shows: Iterable[Node] = (),
    lead: timedelta = NOW,
    overlap: timedelta = timedelta(days=1),
    before: MemberList | None = None,
    **changes: object,
) -> bytes:
    """In force from `at` on."""
    known = before or queries.newest_list()
    assert known
    wanted = Changes(nodes=[shown(node, at) for node in shows], **changes)  # type: ignore[arg-type]
    draft = follow_member_list(known, wanted, valid_from=at, lead=lead, overlap=overlap)
    return sign_member_list(draft, keys=ROOTS[:2]).raw
