"""Agreements over the doors of peers: compared by hash, and each side gets what it lacks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import queries, rounds, sharing, taking
from tongban.alliance.agreements import Agreement
from tongban.alliance.statements import DECLINED, Statement, sign_statement
from tongban.alliance.tests.factories import agreement, signed_agreement
from tongban.alliance.tests.rounds import Table
from tongban.exchange import jobs
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.agreements import INDEX, STATEMENTS, share_agreements
from tongban.exchange.lists import FetchedLists
from tongban.exchange.tests.factories import waiting_jobs
from tongban.kernel import envelopes, strictjson
from tongban.web.node.tests.factories import knock

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def table(node, linyi, huimin, now):
    return Table({JIYANG: node, LINYI: linyi, HUIMIN: huimin}, now).list_members()


@pytest.fixture
def proposed(now, linyi):
    """临邑's proposal, signed elsewhere: nothing of it is stored here."""
    value = {
        **agreement(now).as_json(),
        "proposed_by": LINYI,
        "valid_from": (now.date() + timedelta(days=2)).isoformat(),
    }
    raw = signed_agreement(Agreement.from_json(value), [linyi])
    return raw, Agreement.from_json(value)


@dataclass
class Peer:
    """What 临邑 answers; 惠民 is away. `posted`: what it was brought."""

    table: Table
    pages: dict[str, bytes]
    posted: list[str]

    def get(self, base, path, *, max_bytes, at):
        if base != self.table.nodes[LINYI].url or path not in self.pages:
            raise PeerUnreachable("ConnectError")
        return self.pages[path]

    def post(self, base, path, body, *, at):
        if base != self.table.nodes[LINYI].url:
            raise PeerUnreachable("ConnectError")
        self.posted.append(path)
        return b"{}"


def index(**held):
    return strictjson.canonical({"agreements": [], "open": {}, "statements": [], **held})


def test_a_proposal_is_brought_and_shown_to_its_members(table, node, linyi, proposed, now):
    raw, value = proposed
    assert knock(linyi, node, "POST", INDEX, raw).content == b'{"new":true}'
    assert knock(linyi, node, "POST", INDEX, raw).content == b'{"new":false}'
    (one,) = rounds.list_rounds(now)
    assert (one.agreement.id, one.waits_for, one.state) == (value.id, (JIYANG, HUIMIN), "signing")
    shown = sharing.read_held(knock(linyi, node, "GET", INDEX).content)
    assert shown.open == {one.hash: frozenset({linyi.keys["event"].id})}
    assert knock(linyi, node, "GET", f"{INDEX}/{one.hash}").content == raw


def test_who_is_no_member_of_it_does_not_see_it(table, node, linyi, huimin, proposed):
    value = {**proposed[1].as_json(), "members": [JIYANG, LINYI], "articles": []}
    raw = signed_agreement(Agreement.from_json(value), [linyi])
    assert knock(linyi, node, "POST", INDEX, raw).status_code == 200
    (hash,) = sharing.read_held(knock(linyi, node, "GET", INDEX).content).open
    assert knock(huimin, node, "GET", f"{INDEX}/{hash}").status_code == 404
    assert sharing.read_held(knock(huimin, node, "GET", INDEX).content).open == {}


@pytest.mark.parametrize("path", [INDEX, STATEMENTS])
def test_what_nobody_has_signed_is_refused(table, node, linyi, path):
    assert knock(linyi, node, "POST", path, b"{}").status_code == 400


def test_what_is_missing_here_is_fetched_and_what_is_missing_there_is_sent(table, node, linyi, proposed, now):
    raw, _ = proposed
    mine = table.propose()
    hash = signing_hash(raw, node)
    pages = {INDEX: index(open={hash: [linyi.keys["event"].id]}), f"{INDEX}/{hash}": raw}
    peer = Peer(table, pages, [])
    shared = share_agreements(node, now, client=peer)
    assert (shared.came, shared.sent, list(shared.away)) == ([hash], [mine], [table.nodes[HUIMIN].id])
    assert peer.posted == [INDEX]


def test_when_both_hold_the_same_nothing_travels(table, node, linyi, now):
    document = table.agree()
    seen = sharing.list_held(now, peer=linyi.id).statements
    peer = Peer(table, {INDEX: index(agreements=[document], statements=list(seen))}, [])
    shared = share_agreements(node, now, client=peer)
    assert (shared.came, shared.sent, peer.posted) == ([], [], [])


def test_an_agreement_that_was_missed_is_taken_whole(table, node, linyi, huimin, now):
    value = agreement(now)
    raw = signed_agreement(value, [node, linyi, huimin])
    hash = signing_hash(raw, node)
    peer = Peer(table, {INDEX: index(agreements=[hash]), f"{INDEX}/{hash}": raw}, [])
    assert share_agreements(node, now, client=peer).came == [hash]
    assert [one.id for one in queries.list_agreements(now)] == [value.id]


def test_one_that_is_refused_holds_up_no_other(table, node, linyi, huimin, proposed, now):
    raw, value = proposed
    document = signing_hash(raw, node)
    lie = Statement("demo", DECLINED, value.id, 1, document, HUIMIN, huimin.id, "x", now)
    forged, said = sign_statement(lie, node=linyi), sign_statement(lie, node=huimin)
    pages = {
        INDEX: index(open={document: ["k"]}, statements=["f" * 64, "e" * 64]), f"{INDEX}/{document}": raw,
        f"{STATEMENTS}/{'f' * 64}": forged, f"{STATEMENTS}/{'e' * 64}": said,
    }  # fmt: skip
    shared = share_agreements(node, now, client=Peer(table, pages, []))
    assert shared.refused == {"f" * 64: "untrusted-key"} and rounds.get_round(document, now).state == "declined"
    assert waiting_jobs("exchange.fetch_lists") == 1


def test_with_a_newer_list_agreements_are_compared_again(node, now, monkeypatch):
    """R19: what was refused for a key that only this list names."""
    monkeypatch.setattr(jobs.services, "fetch_lists", lambda *_, **__: FetchedLists((2,), {}))
    monkeypatch.setattr(jobs.registries, "current_node", lambda: node)
    jobs.fetch_lists()
    assert waiting_jobs("exchange.share_agreements") == 1


def test_one_on_which_the_program_fails_holds_up_no_other(table, node, linyi, proposed, now, monkeypatch):
    """A paper that nobody thought of: named by its hash, and the others are taken."""
    raw, _ = proposed
    document = signing_hash(raw, node)
    take = taking.take_agreement
    monkeypatch.setattr(taking, "take_agreement", lambda *, raw, at: take(raw=raw, at=at) if raw != b"?" else 1 // 0)
    pages = {
        INDEX: index(open={"f" * 64: ["k"], document: ["k"]}),
        f"{INDEX}/{'f' * 64}": b"?",
        f"{INDEX}/{document}": raw,
    }
    shared = share_agreements(node, now, client=Peer(table, pages, []))
    assert (shared.came, shared.refused) == ([document], {"f" * 64: "unusable"})


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b'{"agreements":1,"open":{},"statements":[]}', index(agreements=["../x"])]
)
def test_an_index_that_is_none_is_an_answer_of_nothing(table, node, linyi, now, answer):
    shared = share_agreements(node, now, client=Peer(table, {INDEX: answer}, []))
    assert shared.away[linyi.id] == "bad-document" and shared.came == []


def signing_hash(raw, node):
    return envelopes.read(raw, type=envelopes.AGREEMENT).hash(node.suite)


def test_a_late_notice_reaches_who_was_away(table, node, linyi, huimin, now):
    document = table.agree()
    held = queries.list_versions()[0]
    last_day = now.date() + timedelta(days=31)
    notice = Statement("demo", "leaving", held.id, held.version, document, HUIMIN, huimin.id, "x", now, last_day)
    pages = {
        INDEX: index(agreements=[document], statements=["a" * 64]),
        f"{STATEMENTS}/{'a' * 64}": sign_statement(notice, node=huimin),
    }
    assert share_agreements(node, now, client=Peer(table, pages, [])).came == ["a" * 64]
    assert HUIMIN not in queries.list_agreements(now + timedelta(days=32))[0].members
    assert taking.take_statement(raw=pages[f"{STATEMENTS}/{'a' * 64}"], at=now) is False
