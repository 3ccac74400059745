"""Newer member lists come from any member, step by step and only forward (R19, M7)."""

import pytest

from tongban.alliance import queries, services
from tongban.alliance.tests.factories import TRUST, list_document, signed_list
from tongban.alliance.tests.rotating import next_list
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.lists import NEWEST, fetch_lists
from tongban.kernel import envelopes


class Peers:
    """Every peer serves what it is given: by version, and the newest."""

    def __init__(self):
        self.serves, self.newest = {}, b""

    def give(self, raw):
        self.newest = raw
        self.serves[envelopes.read(raw, type=envelopes.MEMBER_LIST).claims()["version"]] = raw

    def get(self, base, path, *, max_bytes, at):
        raw = self.newest if path == NEWEST else self.serves.get(int(path.removeprefix(f"{NEWEST}/")))
        if not raw:
            raise PeerUnreachable("status 404")
        return raw


@pytest.fixture
def peers(alliance, at):
    peers = Peers()
    peers.give(queries.get_list_bytes(1))
    return peers


def ahead(peers, at, versions=3):
    """The peers go on; this node has not heard of it."""
    known = queries.newest_list()
    for _ in range(versions):
        raw = next_list(at, before=known)
        peers.give(raw)
        claims = envelopes.read(raw, type=envelopes.MEMBER_LIST)
        known = type(known).from_json(claims.claims(), hash=claims.hash(known.suite))


def test_every_version_on_the_way_is_taken_in(node, peers, at):
    """R19"""
    ahead(peers, at)
    assert fetch_lists(node, at, client=peers).came == (2, 3, 4)
    assert [known.version for known in queries.list_lists()] == [1, 2, 3, 4]


def test_a_broken_chain_is_not_followed(node, peers, at):
    """R19: a version in between is another than the one after it names."""
    ahead(peers, at, 2)
    peers.serves[2] = next_list(at, suspended=["371424-1"])
    assert fetch_lists(node, at, client=peers).came == (2,)
    assert queries.newest_list().version == 2


def test_an_unsigned_list_is_not_taken(node, peers, at):
    """M7"""
    document = list_document([node], at) | {"version": 2, "prev": queries.newest_list().hash}
    peers.give(signed_list(document, roots=1))
    fetched = fetch_lists(node, at, client=peers)
    assert (fetched.came, set(fetched.away.values())) == ((), {"not-enough-signatures"})


def test_a_peer_with_an_older_list_is_left_aside(node, peers, at):
    """M7: neither an error nor a way back."""
    services.import_member_list(raw=next_list(at), trust=TRUST, at=at)
    assert fetch_lists(node, at, client=peers) == fetch_lists(node, at, client=peers)
    assert queries.newest_list().version == 2


def test_two_lists_of_one_version_raise_the_alarm(node, peers, at):
    """M7"""
    peers.give(next_list(at, suspended=["371424-1"]))
    services.import_member_list(raw=next_list(at), trust=TRUST, at=at)
    assert set(fetch_lists(node, at, client=peers).away.values()) == {"two-lists-of-one-version"}
    assert queries.list_rivals() == [2]


def test_what_was_skipped_is_fetched_afterwards(node, peers, at):
    """R19: by file the third came first."""
    ahead(peers, at, 2)
    services.import_member_list(raw=peers.serves[3], trust=TRUST, at=at)
    assert fetch_lists(node, at, client=peers).came == (2,)


def test_an_expired_list_is_renewed_through_a_peer(node, peers, at):
    """T4: the way out of the end of the grace."""
    late = queries.newest_list().valid_until + 2 * queries.GRACE
    peers.give(next_list(late))
    with pytest.raises(queries.ListExpired):
        queries.current_list(late)
    fetch_lists(node, late, client=peers)
    assert queries.current_list(late).version == 2


def test_nonsense_of_a_peer_stops_nothing(node, peers, at):
    peers.newest = b"<html>"
    assert set(fetch_lists(node, at, client=peers).away.values()) == {"bad-document"}
