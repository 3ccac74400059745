"""Writing events: one transaction, one writer, one effect for one command."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance.queries import ClauseMismatch, NotCoveredByAgreement
from tongban.exchange import queries, services
from tongban.exchange.models import Event, Outbox
from tongban.exchange.tests.factories import (
    NOTED,
    accepted,
    clause,
    noted,
    offered,
    opened,
    seal,
    write,
)
from tongban.kernel import envelopes, registries, vault
from tongban.kernel.events import NewEvent, Payload, SealedRef
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.sealing import BadPart, Sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]


def test_events_are_numbered_chained_and_signed(node, case_id, at):
    first, second = write(node, case_id, opened(), noted(x=1), at=at)
    assert (first.seq, second.seq, second.payload.prev) == (1, 2, first.hash)
    envelope = envelopes.read(second.envelope, type=envelopes.EVENT)
    envelopes.verify(envelope, suite=node.suite, public_key_of=lambda key: node.keys["event"].public)
    assert Payload.from_json(envelope.claims()) == second.payload
    assert envelope.hash(node.suite) == second.hash


def test_every_event_says_for_whom_from_where_and_under_which_list(node, case_id, at):
    (event,) = write(node, case_id, opened(), at=at)
    payload = event.payload
    assert (payload.alliance, payload.epoch, payload.list, payload.inc) == ("demo", 1, 1, 1)
    assert (payload.region, payload.node, payload.actor["role"]) == (JIYANG, node.id, "reception")


def test_the_chain_reads_back_as_written(node, case_id, at):
    written = write(node, case_id, opened(), noted(), at=at)
    assert queries.get_chain(JIYANG, case_id) == written
    head = queries.get_head(JIYANG, case_id)
    assert (head.seq, head.hash, head.state, head.folded) == (2, written[1].hash, "held", 2)


def test_an_offer_adds_its_addressee_and_gives_the_baton(node, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    head = queries.get_head(JIYANG, case_id)
    assert (head.audience, head.state, head.writer, head.offered_by) == ((JIYANG, LINYI), "offered", LINYI, JIYANG)
    with pytest.raises(services.NotTheWriter):
        write(node, case_id, noted(), at=at)


def test_whoever_joins_is_sent_the_whole_chain(node, case_id, at):
    write(node, case_id, opened(audience=(HUIMIN,)), noted(), at=at)
    write(node, case_id, offered(), at=at)
    rows = Outbox.objects.filter(case_id=case_id).order_by("peer_region", "seq")
    assert [(row.peer_region, row.seq) for row in rows] == [
        (LINYI, 1), (LINYI, 2), (LINYI, 3), (HUIMIN, 1), (HUIMIN, 2), (HUIMIN, 3),
    ]  # fmt: skip


def test_the_same_command_again_has_one_effect(node, case_id, at):
    cmd = new_id()
    first = write(node, case_id, opened(), at=at, cmd=cmd)
    write(node, case_id, noted(), at=at)
    assert write(node, case_id, opened(), at=at, cmd=cmd) == first
    assert len(queries.get_chain(JIYANG, case_id)) == 2


def test_a_command_is_not_used_twice_for_different_things(node, case_id, at):
    cmd = new_id()
    write(node, case_id, opened(), at=at, cmd=cmd)
    with pytest.raises(services.CommandReused):
        write(node, case_id, noted(), at=at, cmd=cmd, request=b"other")


def test_whoever_saw_an_older_case_is_told(node, case_id, at):
    write(node, case_id, opened(), noted(), at=at)
    with pytest.raises(services.StaleHead):
        write(node, case_id, noted(), at=at, expected_seq=1)
    write(node, case_id, noted(), at=at, expected_seq=2)


def test_a_refused_command_may_be_given_again(node, case_id, at):
    cmd = new_id()
    write(node, case_id, opened(), at=at)
    with pytest.raises(services.StaleHead):
        write(node, case_id, noted(), at=at, cmd=cmd, expected_seq=0)
    write(node, case_id, noted(), at=at, cmd=cmd, expected_seq=1)


def test_a_case_is_opened_once(node, case_id, at):
    write(node, case_id, opened(), at=at)
    with pytest.raises(services.NotTheWriter):
        write(node, case_id, opened(), at=at)


def test_nothing_comes_before_the_opening(node, case_id, at):
    with pytest.raises(services.NotTheWriter):
        write(node, case_id, noted(), at=at)


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        (None, services.ClauseMissing),
        (clause(receiving=LINYI, deciding=JIYANG), services.ClauseMissing),
        (clause(article="9"), ClauseMismatch),
        (clause(receiving=JIYANG, deciding=HUIMIN), ClauseMismatch),
    ],
)
def test_opening_rests_on_a_clause(node, case_id, at, bad, refusal):
    with pytest.raises(refusal):
        write(node, case_id, opened(clause=bad), at=at)


def test_an_offer_rests_on_a_clause_with_its_addressee(node, case_id, at):
    write(node, case_id, opened(), at=at)
    with pytest.raises(services.ClauseMissing):
        write(node, case_id, offered(HUIMIN, clause=clause()), at=at)


def test_without_an_agreement_in_force_nothing_moves(node, case_id, at):
    ended = replace(clause(), version=7)
    with pytest.raises(NotCoveredByAgreement):
        write(node, case_id, opened(clause=ended), at=at)


def test_a_kind_nobody_declared_is_not_written(node, case_id, at):
    with pytest.raises(services.UnknownEventKind):
        write(node, case_id, NewEvent("test.unheard;v=1", {}), at=at)


def test_a_region_of_another_node_cannot_be_written_for(node, case_id, at):
    with pytest.raises(Forbidden):
        write(node, case_id, opened(), at=at, region=LINYI)


def test_a_case_unknown_here_is_missing(at):
    with pytest.raises(Missing):
        queries.get_chain(JIYANG, new_id())
    with pytest.raises(Missing):
        queries.get_head(JIYANG, new_id())


def test_a_step_has_a_size(node, case_id, at):
    part = seal(node, case_id)
    large = Sealed(part.ref, bytes(600 * 1024))
    with pytest.raises(services.EventTooLarge):
        write(node, case_id, opened(), at=at, parts=[large])
    with pytest.raises(services.EventTooLarge):
        write(node, case_id, opened(), noted(text="x" * 70_000), at=at)


def test_sealed_parts_are_kept_with_the_event(node, case_id, at):
    part = seal(node, case_id, {"name": "罗建国"})
    write(node, case_id, opened(sealed=(part.ref,)), at=at, parts=[part])
    key = vault.get_key(node=node, region=JIYANG, case_id=case_id)
    assert vault.read_part(part.ref, key=key, node=node, region=JIYANG) == {"name": "罗建国"}


def test_events_are_folded_and_answered_in_their_transaction(node, case_id, at):
    seen = []
    registries.register_fold("test", lambda node, events: seen.extend(("fold", event.seq) for event in events))
    registries.register_reaction("test.noted", lambda node, event: seen.append(("react", event.seq)))
    try:
        write(node, case_id, opened(), noted(), at=at)
        assert seen == [("fold", 1), ("fold", 2), ("react", 2)]
    finally:
        registries._folds.pop("test")
        registries._reactions.pop("test.noted")


def test_what_the_fold_refuses_is_not_written(node, case_id, at):
    def refuse(node, events):
        raise Forbidden

    registries.register_fold("test", refuse)
    try:
        with pytest.raises(Forbidden):
            write(node, case_id, opened(), at=at)
    finally:
        registries._folds.pop("test")
    assert not Event.objects.filter(case_id=case_id).exists()


def test_taking_over_needs_every_file(node, linyi, network, case_id, at):
    missing = SealedRef("file", "1", "ab" * 32, "cd" * 32, 10)
    seal(node, case_id)
    write(node, case_id, opened(sealed=(missing,)), offered(), at=at)
    network.settle(at)
    with pytest.raises(services.BlobsMissing):
        write(linyi, case_id, accepted(), at=at)


def row(case_id, at, **changes):
    values = {
        "case_id": case_id, "region": JIYANG, "seq": 2, "hash": "x", "prev": "", "kind": NOTED, "author": JIYANG,
        "envelope": b"", "at": at, "received_at": at,
    }  # fmt: skip
    return Event(**(values | changes))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seq": 1}, "does not follow"),
        ({"seq": 4}, "does not follow"),
        ({"prev": "y"}, "does not follow"),
        ({"author": LINYI}, "another region"),
        ({"baton": "accept"}, "with the baton"),
        ({"baton": "open"}, "with the baton"),
        ({"baton": "reassign", "baton_to": LINYI}, "with the baton"),
        ({"baton": "offer"}, "with the baton"),
    ],
)
def test_the_database_repeats_the_writer_rule(node, case_id, at, change, message):
    (event,) = write(node, case_id, opened(), at=at)
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        Event.objects.bulk_create([row(case_id, at, **({"prev": event.hash} | change))])


def test_the_database_lets_the_addressee_answer(node, case_id, at):
    *_, last = write(node, case_id, opened(), offered(), at=at)
    answer = {"seq": 3, "prev": last.hash, "author": LINYI}
    with pytest.raises(IntegrityError, match="with the baton"), transaction.atomic():
        Event.objects.bulk_create([row(case_id, at, **answer)])


def test_a_chain_begins_with_an_opening(case_id, at):
    with pytest.raises(IntegrityError, match="begins with"), transaction.atomic():
        Event.objects.bulk_create([row(case_id, at, seq=1)])


@pytest.mark.parametrize("table", ["event", "command", "receipt"])
def test_what_was_signed_is_never_changed(node, linyi, network, case_id, at, table):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    for statement in (f"DELETE FROM exchange_{table}", f"UPDATE exchange_{table} SET region = region"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_tampered_part_does_not_open(node, case_id, at):
    part = seal(node, case_id)
    ref = SealedRef(part.ref.name, part.ref.kid, part.ref.cipher, "0" * 64, part.ref.size)
    write(node, case_id, opened(sealed=(ref,)), at=at, parts=[Sealed(ref, part.ciphertext)])
    key = vault.get_key(node=node, region=JIYANG, case_id=case_id)
    with pytest.raises(BadPart):
        vault.read_part(ref, key=key, node=node, region=JIYANG)
