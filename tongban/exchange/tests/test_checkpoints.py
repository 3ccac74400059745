"""R20: what a node has signed about its log cannot be taken back, cut or shown in two versions without somebody noticing."""

import base64
from dataclasses import dataclass, field, replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from tests.cast import JIYANG
from tongban.exchange import cosigning, gossip, incarnation, leaves, merkle, seal, services, statements, witnessed
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.models import Checkpoint, CoSignature, LogEvidence, LogLeaf, LogTile, WitnessedCheckpoint
from tongban.exchange.tests.factories import noted, opened, write
from tongban.kernel import strictjson
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


@dataclass
class Doors:
    """The doors of all nodes in one process. `down`: nodes that give no answer; `asked`: who was asked for what; `meanwhile`: happens once."""

    nodes: dict
    down: set = field(default_factory=set)
    asked: list = field(default_factory=list)
    meanwhile: list = field(default_factory=list)

    def of(self, node):
        return Caller(self, node)


@dataclass
class Caller:
    doors: Doors
    node: object

    def _open(self, base, what):
        receiver = next(node for node in self.doors.nodes.values() if node.url == base)
        self.doors.asked.append((what, receiver.id))
        while self.doors.meanwhile:
            self.doors.meanwhile.pop()()
        if receiver.id in self.doors.down:
            raise PeerUnreachable("ConnectError")
        return receiver

    def post(self, base, path, body, *, at):
        witness = self._open(base, "post")
        answer = services.co_sign_checkpoint(node=witness, message=body, peer=self.node.id, at=at)
        texts = {"co_signature": answer.co_signature, "held": answer.held}
        return strictjson.canonical(
            {"status": answer.status, **{name: base64.b64encode(raw).decode() for name, raw in texts.items()}}
        )

    def get(self, base, path, *, max_bytes, at):
        witness = self._open(base, "get")
        query = dict(pair.split("=") for pair in path.partition("?")[2].split("&"))
        try:
            if "/proof" in path:
                with scope([query["region"]]):
                    old, new = int(query["from"]), int(query["to"])
                    proof = services.prove_log(query["region"], old=old, new=new, suite=witness.suite)
                return strictjson.canonical({"proof": [hash.hex() for hash in proof]})
            return strictjson.canonical(services.read_held_checkpoint(witness, query["region"], query["node"]))
        except Missing:
            raise PeerUnreachable("status 404") from None


@pytest.fixture
def doors(alliance, node, linyi, huimin):
    return Doors({peer.id: peer for peer in (node, linyi, huimin)})


@pytest.fixture
def life(alliance, node, at):
    incarnation.open_incarnation(node=node, at=at)
    yield
    (node.home / seal.SEAL).unlink(missing_ok=True)


def notes(node, at, count=3):
    """A case of one opening and some notes."""
    case_id = new_id()
    write(node, case_id, opened(), at=at)
    for number in range(count - 1):
        write(node, case_id, noted(number=number), at=at)
    return case_id


def make(doors, node, at):
    services.make_checkpoints(node=node, client=doors.of(node), at=at)


@pytest.fixture
def dba(cluster):
    """Tests that use it may switch triggers off, as a superuser can."""
    with psycopg.connect(cluster.dsn(database="tongban_test"), autocommit=True) as connection:
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO tongban_app")
        yield
        connection.execute("REVOKE SET ON PARAMETER session_replication_role FROM tongban_app")


def tamper(*statements):
    with scope([JIYANG]), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


SIGNED = ("exchange_checkpoint", "exchange_cosignature")
STORED = ("exchange_logleaf", "exchange_logtile", "exchange_event", "exchange_casehead")


def forget(*tables):
    tamper(*(f"DELETE FROM {table}" for table in tables))


def size(region=JIYANG):
    with scope([region]):
        return leaves.count_leaves(region)


def rows(model, region=JIYANG):
    with scope([region]):
        return list(model.objects.order_by("pk"))


def held(witness):
    """Of 济阳's log."""
    return witnessed.find_held(witness, JIYANG, f"{JIYANG}-1")


# The log


def test_every_stored_event_comes_into_the_log_once(alliance, node, at):
    case_id = notes(node, at)
    assert leaves.collect(JIYANG, suite=node.suite) == 3
    write(node, case_id, noted(), at=at)
    assert [leaves.collect(JIYANG, suite=node.suite) for _ in range(2)] == [4, 4]
    assert [(leaf.n, leaf.seq) for leaf in rows(LogLeaf)] == [(n, n + 1) for n in range(4)]


def test_the_kept_nodes_give_the_root_that_the_leaves_give(alliance, node, at, monkeypatch):
    monkeypatch.setattr(leaves, "TILE", 2)
    for count in (1, 4, 12, 5):
        notes(node, at, count)
        leaves.collect(JIYANG, suite=node.suite)
    with scope([JIYANG]):
        assert {tile.level for tile in LogTile.objects.all()} == {2, 4}
        for first in range(1, 23):
            root = leaves.find_root(JIYANG, first, suite=node.suite)
            assert root == leaves.compute_root(JIYANG, first, suite=node.suite)
            proof = leaves.prove(JIYANG, first, 22, suite=node.suite)
            last = leaves.find_root(JIYANG, 22, suite=node.suite)
            known = {"old_root": bytes.fromhex(root), "new_root": bytes.fromhex(last), "proof": proof}
            assert merkle.continues(first, 22, hash=leaves.hasher(node.suite), **known)


# Honest nodes


def test_two_others_co_sign_and_both_sides_keep_it(life, node, linyi, huimin, doors, at):
    notes(node, at)
    make(doors, node, at)
    assert {row.witness for row in rows(CoSignature)} == {linyi.id, huimin.id}
    assert held(linyi).size == held(huimin).size == 3


def test_the_next_one_is_proved_from_what_the_witness_signed_last(life, node, linyi, doors, at):
    for step in range(3):
        notes(node, at)
        make(doors, node, at + step * LATER)
    assert (held(linyi).n, held(linyi).size) == (3, 9)
    assert not LogEvidence.objects.exists()


def test_a_log_that_does_not_grow_is_signed_again_only_after_an_hour(life, node, doors, at):
    notes(node, at)
    for minutes in (0, 5, 50, 61):
        make(doors, node, at + timedelta(minutes=minutes))
    assert [row.n for row in rows(Checkpoint)] == [1, 2]


def test_a_witness_that_was_away_is_asked_the_next_time(life, node, linyi, doors, at):
    notes(node, at)
    doors.down.add(linyi.id)
    make(doors, node, at)
    doors.down.clear()
    make(doors, node, at + LATER)
    assert len(rows(Checkpoint)) == 1
    assert held(linyi).size == 3


def test_a_lost_answer_is_given_again(dba, life, node, linyi, doors, at):
    notes(node, at)
    make(doors, node, at)
    original = bytes(held(linyi).co_signature)
    forget("exchange_cosignature")
    make(doors, node, at + LATER)
    assert [bytes(row.envelope) for row in rows(CoSignature) if row.witness == linyi.id] == [original]


def test_a_node_that_forgot_what_a_witness_signed_proves_it_anew(dba, life, node, linyi, huimin, doors, at):
    notes(node, at)
    make(doors, node, at)
    forget("exchange_cosignature")
    notes(node, at)
    make(doors, node, at + LATER)
    assert held(linyi).size == held(huimin).size == 6


def test_nobody_speaks_for_the_region_of_another(life, node, linyi, huimin, doors, at):
    notes(node, at)
    make(doors, node, at)
    message = {"checkpoint": base64.b64encode(bytes(rows(Checkpoint)[0].envelope)).decode(), "from": 0, "proof": []}
    with pytest.raises(Forbidden):
        cosigning.co_sign(node=huimin, message=strictjson.canonical(message), peer=linyi.id, at=at)


# Nodes that forgot, and nodes that lie


def recovering(node):
    return incarnation.get_life(node).reason


def test_r20_g2_a_tail_cut_from_the_database_is_seen(dba, life, node, doors, at):
    """Events, heads and leaves gone, checkpoints too: as if an older backup had been put back in silence."""
    notes(node, at)
    make(doors, node, at)
    forget("exchange_event", "exchange_casehead", *SIGNED)
    tamper("DELETE FROM exchange_logleaf WHERE n > 0")
    found = services.compare_checkpoints(node=node, client=doors.of(node), at=at + LATER)
    assert found[0].state == "lost"
    assert (found[0].held.size, found[0].size) == (3, 1)
    assert recovering(node) == "checkpoint"


def test_r20_the_next_checkpoint_sees_it_too(dba, life, node, doors, at):
    notes(node, at)
    make(doors, node, at)
    forget(*STORED, *SIGNED)
    notes(node, at, 4)
    make(doors, node, at + LATER)
    assert recovering(node) == "checkpoint"
    assert {row.keeper for row in LogEvidence.objects.all()} > {node.id}


@pytest.mark.parametrize("again", [services.compare_checkpoints, services.make_checkpoints], ids=["compare", "make"])
def test_r20_what_is_lost_begins_no_second_recovery(dba, life, node, doors, at, again):
    """The first was begun while peers were asked."""
    notes(node, at)
    make(doors, node, at)
    forget(*STORED, *SIGNED)
    notes(node, at, 4)
    by = incarnation.system(JIYANG)
    doors.meanwhile.append(lambda: incarnation.begin_recovery(node=node, reason="seal", by=by, at=at))
    again(node=node, client=doors.of(node), at=at + LATER)
    assert (incarnation.get_life(node).inc, recovering(node)) == (2, "seal")


def test_r20_rewritten_history_is_not_co_signed_and_both_roots_are_kept(dba, life, node, linyi, huimin, doors, at):
    notes(node, at)
    make(doors, node, at)
    tamper(f"UPDATE exchange_logleaf SET hash = '{'ab' * 32}' WHERE n = 1")
    notes(node, at)
    make(doors, node, at + LATER)
    assert held(linyi).size == held(huimin).size == 3
    evidence = LogEvidence.objects.filter(kind="rewritten").first()
    assert evidence and len({bytes(evidence.first), bytes(evidence.second)}) == 2


def test_r20_nothing_is_signed_while_recovering(life, node, doors, at):
    notes(node, at)
    make(doors, node, at)
    incarnation.begin_recovery(node=node, reason="order", by=incarnation.system(JIYANG), at=at)
    doors.asked.clear()
    make(doors, node, at + LATER)
    assert doors.asked == []


def test_r20_after_a_recovery_the_log_goes_on_in_a_new_life(dba, life, node, linyi, huimin, doors, at):
    """The restored log is shorter and in another order; the new life says how far the old one had come."""
    notes(node, at, 5)
    make(doors, node, at)
    forget(*STORED, *SIGNED)
    incarnation.begin_recovery(node=node, reason="seal", by=incarnation.system(JIYANG), at=at)
    incarnation.end_recovery(node=node, life=incarnation.get_life(node))
    notes(node, at)
    make(doors, node, at + LATER)
    assert [(held(w).inc, held(w).size) for w in (linyi, huimin)] == [(2, 3)] * 2
    signed = rows(Checkpoint)[-1]
    claims = statements.envelopes.read(bytes(signed.envelope), type=statements.envelopes.CHECKPOINT).claims()
    assert (claims["follows"]["inc"], claims["follows"]["size"]) == (1, 5)
    assert not LogEvidence.objects.exists()


def test_r20_a_new_life_waits_until_somebody_has_said_what_the_old_one_was(life, node, linyi, huimin, doors, at):
    notes(node, at)
    incarnation.begin_recovery(node=node, reason="seal", by=incarnation.system(JIYANG), at=at)
    incarnation.end_recovery(node=node, life=incarnation.get_life(node))
    doors.down |= {linyi.id, huimin.id}
    make(doors, node, at + LATER)
    assert rows(Checkpoint) == []


def checkpoint(node, at, *, inc=1, n=1, size=1, root="aa" * 32, follows=None):
    place = statements.Place(inc, n, size, root)
    return statements.sign_checkpoint(
        node=node, region=JIYANG, place=place, prev="", follows=follows, list_version=1, at=at
    )


def show(witness, author, signed, at, *, since=0, proof=()):
    message = {"checkpoint": base64.b64encode(signed.raw).decode(), "from": since, "proof": list(proof)}
    return cosigning.co_sign(node=witness, message=strictjson.canonical(message), peer=author.id, at=at).status


def test_r20_m5_two_bodies_under_one_number(alliance, node, linyi, at):
    show(linyi, node, checkpoint(node, at), at)
    assert show(linyi, node, checkpoint(node, at, root="bb" * 32), at) == "conflict"
    assert [row.kind for row in witnessed.list_evidence(linyi)] == ["equivocation"]
    assert len(rows(WitnessedCheckpoint)) == 1


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"n": 3, "size": 4}, "conflict", "rollback"),
        ({"n": 3, "size": 5, "root": "bb" * 32}, "conflict", "rewritten"),
        ({"n": 3, "size": 9}, "conflict", "rewritten"),
        ({"n": 1, "size": 3}, "behind", ""),
        ({"n": 3, "size": 5}, "signed", ""),
    ],
    ids=["fewer leaves", "another root", "no proof", "an old one", "the same log"],
)
def test_r20_what_does_not_continue_is_not_co_signed(alliance, node, linyi, at, changes, status, kind):
    show(linyi, node, checkpoint(node, at, n=2, size=5), at)
    assert show(linyi, node, checkpoint(node, at, **changes), at, since=5) == status
    assert [row.kind for row in witnessed.list_evidence(linyi)] == ([kind] if kind else [])


def test_r20_a_checkpoint_without_the_right_beginning_is_asked_for_one(alliance, node, linyi, at):
    show(linyi, node, checkpoint(node, at, n=2, size=5), at)
    assert show(linyi, node, checkpoint(node, at, n=3, size=9), at, since=4) == "behind"


@pytest.mark.parametrize(
    ("inc", "follows", "status"),
    [
        (2, statements.Place(1, 2, 5, "aa" * 32), "signed"),
        (2, statements.Place(1, 4, 7, "cc" * 32), "signed"),
        (2, statements.Place(1, 1, 4, "aa" * 32), "unacknowledged"),
        (2, statements.Place(1, 2, 5, "bb" * 32), "unacknowledged"),
        (2, None, "unacknowledged"),
    ],
)
def test_r20_i9_a_later_life_acknowledges_the_earlier(alliance, node, linyi, at, inc, follows, status):
    show(linyi, node, checkpoint(node, at, n=2, size=5), at)
    assert show(linyi, node, checkpoint(node, at, inc=inc, size=1, follows=follows), at) == status


def test_a_peers_word_alone_begins_no_recovery(life, node, linyi, doors, at, monkeypatch):
    """It says "conflict" about a log that still contains what it holds."""
    notes(node, at)
    make(doors, node, at)
    monkeypatch.setattr(cosigning, "is_rewritten", lambda *any: True)
    notes(node, at)
    make(doors, node, at + LATER)
    assert recovering(node) == ""


def test_r20_i9_an_earlier_life_is_never_co_signed_again(alliance, node, linyi, at):
    show(linyi, node, checkpoint(node, at, inc=2), at)
    assert show(linyi, node, checkpoint(node, at, inc=1, n=9, size=9), at) == "behind"


# Two versions of one log


def two_views(node, linyi, huimin, at, *, second):
    show(linyi, node, checkpoint(node, at, size=2), at)
    show(huimin, node, second, at)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"n": 1, "root": "bb" * 32}, "equivocation"),
        ({"n": 2, "size": 2, "root": "bb" * 32}, "rewritten"),
        ({"n": 2, "size": 1}, "rollback"),
    ],
)
def test_r20_m5_witnesses_find_out_what_each_was_shown(alliance, node, linyi, huimin, doors, at, changes, kind):
    two_views(node, linyi, huimin, at, second=checkpoint(node, at, **changes))
    assert gossip.compare_views(node=linyi, client=doors.of(linyi), at=at) == 1
    assert [row.kind for row in witnessed.list_evidence(linyi)] == [kind]


def test_r20_views_of_different_length_are_cleared_by_a_proof(life, node, linyi, huimin, doors, at):
    notes(node, at)
    make(doors, node, at)
    doors.down.add(huimin.id)
    notes(node, at)
    make(doors, node, at + LATER)
    doors.down.clear()
    assert (held(linyi).size, held(huimin).size) == (6, 3)
    assert gossip.compare_views(node=linyi, client=doors.of(linyi), at=at + LATER) == 0


def test_a_witness_names_the_life_to_whoever_asks_for_a_promise(alliance, node, linyi, at):
    """So that a restored node takes a later one."""
    show(linyi, node, checkpoint(node, at, inc=7), at)
    with scope([linyi.regions[0]]):
        assert cosigning.Promises.of(linyi.regions[0]).seen[node.id] == 7


def test_statements_survive_the_wire(node, linyi, at):
    signed = checkpoint(node, at, follows=statements.Place(1, 2, 5, "aa" * 32), inc=2)
    known = {"alliance": node.alliance, "suite": node.suite}
    read = statements.read_checkpoint(signed.raw, public_key_of=lambda _: node.keys["event"].public, **known)
    assert read == signed
    said = statements.co_sign(node=linyi, checkpoint=signed, list_version=1, at=at)
    assert statements.read_co_signature(said.raw, public_key_of=lambda _: linyi.keys["event"].public, **known) == said
    with pytest.raises(statements.BadStatement):
        statements.read_checkpoint(signed.raw, public_key_of=lambda _: linyi.keys["event"].public, **known)


def test_the_claims_are_checked_before_they_are_used(node, at):
    bad = replace(checkpoint(node, at).place, size=-1)
    raw = statements.sign_checkpoint(
        node=node, region=JIYANG, place=bad, prev="", follows=None, list_version=1, at=at
    ).raw
    with pytest.raises(statements.BadStatement):
        statements.read_checkpoint(
            raw, alliance="demo", suite=node.suite, public_key_of=lambda _: node.keys["event"].public
        )
