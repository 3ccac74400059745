"""A node comes back from its backup and has forgotten what it sent (protocol §3.9)."""

import threading
from dataclasses import replace

import pytest
from django.db import connection

from tests.cast import HUIMIN, JIYANG, LINYI
from tests.restoring import Client, World
from tongban.alliance import queries as lists
from tongban.alliance import services as alliance
from tongban.alliance.tests.factories import TRUST, found_alliance, list_document, signed_list
from tongban.exchange import incarnation, log, promises, promising, queries, services, wire
from tongban.exchange import recovery as asking
from tongban.exchange import seal as seals
from tongban.exchange.models import Promise, Recovery
from tongban.exchange.tests.factories import Network, accepted, noted, offered, opened, seal, send_raw
from tongban.kernel import registries, vault
from tongban.kernel.ids import new_id
from tongban.kernel.node import create_node
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope

BOTH = (LINYI, HUIMIN)


@pytest.fixture
def world(django_db_setup, django_db_blocker, cluster, node, linyi, huimin, at):
    """Three nodes that have started once. Everything commits."""
    with django_db_blocker.unblock():
        world = World(cluster, Network({peer.id: peer for peer in (node, linyi, huimin)}), at)
        try:
            found_alliance([node, linyi, huimin], at)
            for peer in (node, linyi, huimin):
                world.start(peer)
            yield world
        finally:
            world.end()


@pytest.fixture
def shared(world, node, case_id):
    """A case of 济阳 that all three hold."""
    world.write(node, case_id, opened(audience=BOTH))
    world.settle()
    return case_id


def forget(world, node, case_id, *events):
    """Backed up, then more is written and sent, then restored."""
    backup = world.back_up(node)
    for event in events or (noted(n=1), noted(n=2)):
        world.write(node, case_id, event)
        world.settle()
    world.restore(node, backup)
    return backup


def held_back(world, node, case_id, *events):
    """What `node` writes now is on its way for a long time: the batches."""
    world.network.down |= {peer for peer in world.network.nodes if peer != node.id}
    stored = world.write(node, case_id, *events)
    world.network.down.clear()
    return [wire.Item(event.envelope) for event in stored]


# Why there is such a thing at all


def test_r1_whoever_simply_goes_on_forks_the_case(world, node, linyi, shared):
    """R1, I2: the reason for R15. The restored node signs another second event."""
    forget(world, node, shared)
    world.write(node, shared, noted(n="another"))
    world.settle()
    with scope([LINYI]):
        assert [fork.seq for fork in queries.list_forks(LINYI, shared)] == [2]


def test_r15_without_the_promise_a_late_message_forks_it(world, node, linyi, huimin, shared, monkeypatch):
    """R15: asking for copies is not enough: what was sent before the restore is still under way."""
    monkeypatch.setattr(promises.Promises, "allows", lambda self, **event: True)
    late = late_and_rewritten(world, node, shared)
    assert [answer.status for answer in send_raw(linyi, late, at=world.later(), peer=node)] == ["stored"]
    world.settle()
    with scope([LINYI]):
        assert queries.list_forks(LINYI, shared)


def late_and_rewritten(world, node, case_id):
    backup = world.back_up(node)
    late = held_back(world, node, case_id, noted(n="late"))
    world.restore(node, backup)
    world.recover(node)
    world.network.down |= {"371424-1", "371621-1"}
    world.write(node, case_id, noted(n="new"))
    world.network.down.clear()
    return late


# Noticing


def test_r15_a_restored_node_notices_and_only_reads(world, node, shared):
    """R15, R1: from its start on, before anything is written."""
    forget(world, node, shared)
    life = world.start(node)
    assert (life.inc, life.reason, life.since) == (2, "seal", world.at)
    assert world.head(node, shared).state == "recovering"
    with pytest.raises(incarnation.CaseRecovering):
        world.write(node, shared, noted())


def test_two_processes_that_start_at_once_begin_one_recovery(world, node, shared):
    forget(world, node, shared)
    assert world.start(node) == world.start(node)


def test_a_crash_between_file_and_database_is_no_restore(world, node, shared):
    """Before the database takes the new seal, and after it, before the file forgets the old one."""
    old = seals.read_seals(node)
    seals.write_seals(node, [*old, "next"])
    assert world.start(node).since is None
    (current,) = seals.read_seals(node)
    seals.write_seals(node, ["before", current])
    assert world.start(node).since is None


def test_a_seal_that_is_gone_or_of_no_age_is_a_restore(world, node, shared):
    (node.home / seals.SEAL).write_text("{")
    services.renew_seal(node=node, at=world.at)
    assert world.start(node).reason == "seal"


def test_a_database_without_incarnation_but_with_events_is_a_restore(world, node, shared):
    incarnation.Incarnation.objects.filter(node=node.id).delete()
    assert world.start(node).reason == "no incarnation"


def test_another_timeline_of_the_server_is_a_restore(world, node, shared):
    incarnation.Incarnation.objects.filter(node=node.id).update(timeline=99)
    assert world.start(node).reason == "timeline"


def test_r15_an_own_event_that_is_not_here_starts_a_recovery(world, node, linyi, huimin, shared):
    """R15: the seal came back with the database, as when a whole machine is set back."""
    forget(world, node, shared)
    (answer, *_) = send_raw(node, forgotten(world, node, linyi, shared), at=world.later(), peer=linyi)
    assert (answer.status, answer.code) == ("retry", "recovering")
    assert incarnation.get_life(node).reason == "forgotten event"


def forgotten(world, node, peer, case_id):
    """What `peer` holds of a case behind its first event."""
    path = f"/txp/1/cases/{case_id}/items?region={peer.regions[0]}&for={node.regions[0]}&from=2"
    return wire.read_batch(Client(world.network, node).get(peer.url, path, max_bytes=1, at=world.at)).items


def test_own_events_of_two_cases_that_are_not_here_start_one_recovery(world, node, linyi, huimin, shared):
    """In one batch."""
    other = new_id()
    world.write(node, other, opened(audience=BOTH))
    world.settle()
    backup = world.back_up(node)
    for case_id in (shared, other):
        world.write(node, case_id, noted())
    world.settle()
    world.restore(node, backup)
    items = [item for case_id in (shared, other) for item in forgotten(world, node, linyi, case_id)]
    answers = send_raw(node, items, at=world.later(), peer=linyi)
    assert [answer.code for answer in answers] == ["recovering"] * 2
    assert incarnation.get_life(node).inc == 2


def test_who_notices_too_late_starts_no_second_recovery(world, node, shared):
    """Another process notices the same and is faster."""
    with scope([JIYANG]):
        incarnation.begin_recovery_soon(node=node, reason="forgotten event", at=world.at)
        faster = threading.Thread(target=lambda: (world.order_recovery(node), connection.close()))
        faster.start()
        faster.join(10)
    life = incarnation.get_life(node)
    assert (life.inc, life.reason) == (2, "test")


# Recovering


def test_r1_everything_is_taken_back_and_it_goes_on(world, node, linyi, huimin, shared):
    """R1, I2, I14: what any other node has confirmed is there again."""
    forget(world, node, shared)
    world.recover(node)
    assert len(world.chain(node, shared)) == 3 and world.agree(shared, node, linyi, huimin)
    (event,) = world.write(node, shared, noted())
    world.settle()
    assert event.payload.inc == 2 and world.agree(shared, node, linyi, huimin)


@pytest.mark.parametrize("who", ["node", "linyi", "huimin"])
def test_r1_whoever_of_a_hand_over_is_restored(world, node, linyi, huimin, case_id, who, request):
    """R1: before the offer, with an answer and more lost."""
    restored = request.getfixturevalue(who)
    part = seal(node, case_id)
    world.write(node, case_id, opened(sealed=(part.ref,), audience=(HUIMIN,)), parts=[part])
    world.settle()
    backup = world.back_up(restored)
    world.write(node, case_id, offered())
    world.settle()
    world.write(linyi, case_id, accepted(), noted())
    world.settle()
    world.restore(restored, backup)
    world.recover(restored)
    assert world.agree(case_id, node, linyi, huimin)
    world.write(linyi, case_id, noted())
    world.settle()
    assert world.agree(case_id, node, linyi, huimin)


def test_r15_a_case_that_was_not_yet_offered_waits_for_the_place_that_decides(world, node, linyi, case_id):
    """R15: the forgotten event was the offer: nobody in the audience of the backup knows it, the addressee does."""
    world.write(node, case_id, opened())
    forget(world, node, case_id, offered())
    world.network.down.add(linyi.id)
    world.start(node)
    world.advance(node)
    assert world.head(node, case_id).recovering
    world.network.down.clear()
    world.recover(node)
    assert len(world.chain(node, case_id)) == 2 and world.agree(case_id, node, linyi)


def test_r15_a_late_message_of_the_old_life_is_refused(world, node, linyi, huimin, shared):
    """R15, I2: sent before the restore, delivered after the recovery."""
    late = late_and_rewritten(world, node, shared)
    (answer,) = send_raw(linyi, late, at=world.later(), peer=node)
    assert (answer.status, answer.code, answer.receipt) == ("retry", "older-incarnation", b"")
    world.settle()
    assert world.agree(shared, node, linyi, huimin)


def test_r16_what_the_backup_had_not_sent_yet_is_declared_and_arrives(world, node, linyi, huimin, shared):
    """R16: signed in the older life and never sent: refused for ever, were it not declared."""
    held_back(world, node, shared, noted(n="unsent"))
    world.restore(node, world.back_up(node))
    world.order_recovery(node)
    assert not world.advance(node)
    world.settle()
    with scope([JIYANG]):
        assert {waits.reason for waits in queries.waiting(JIYANG, shared)} == {"older-incarnation"}
    assert world.declare(node) == 2
    world.settle()
    assert world.agree(shared, node, linyi, huimin) and len(world.chain(linyi, shared)) == 2


def test_r16_a_region_that_joins_later_hears_of_the_past_too(world, node, linyi, huimin, case_id):
    """R16: 惠民 has promised; 临邑 brings it into a case whose beginning is of 济阳's older life."""
    world.write(node, case_id, opened(), offered())
    world.settle()
    world.write(linyi, case_id, accepted())
    world.settle()
    world.order_recovery(node)
    assert not world.advance(node)
    world.write(linyi, case_id, offered(HUIMIN, receiving=LINYI))
    world.converge(node)
    world.converge(node)
    assert world.agree(case_id, node, linyi, huimin)


def test_r15_a_silent_region_keeps_its_cases_closed_and_no_others(world, node, linyi, huimin, shared):
    """R15: every region of a case must have promised; whoever is away holds up only what concerns it (I13)."""
    other = new_id()
    world.write(node, other, opened(audience=(LINYI,)))
    world.settle()
    forget(world, node, shared)
    world.network.down.add(huimin.id)
    world.start(node)
    assert world.advance(node)
    with pytest.raises(incarnation.CaseRecovering):
        world.write(node, shared, noted())
    world.write(node, other, noted())
    world.network.down.clear()
    world.recover(node)
    world.write(node, shared, noted())
    world.settle()
    assert world.agree(shared, node, linyi, huimin) and world.agree(other, node, linyi)


def test_citizens_are_not_held_up(world, node, linyi, huimin, shared):
    """A new case may be opened; it goes to nobody who has not promised."""
    world.order_recovery(node)
    world.network.down |= {linyi.id, huimin.id}
    world.advance(node)
    fresh = new_id()
    world.write(node, fresh, opened())
    with pytest.raises(incarnation.CaseRecovering):
        world.write(node, fresh, offered())
    world.network.down.clear()
    world.advance(node)
    world.write(node, fresh, offered())


def test_r15_a_case_from_before_is_not_opened_a_second_time(world, node, linyi, case_id, monkeypatch):
    """R15, I2: the backup holds the draft; that it was handed in is forgotten."""
    backup = world.back_up(node)
    world.write(node, case_id, opened(), offered())
    world.settle()
    world.restore(node, backup)
    monkeypatch.setattr(incarnation, "_made_at", lambda case_id: world.at)
    world.network.down.add(linyi.id)
    world.start(node)
    world.advance(node)
    monkeypatch.setattr(incarnation, "_made_at", lambda case_id: incarnation.get_life(node).since)
    with pytest.raises(incarnation.CaseRecovering):
        world.write(node, case_id, opened())
    world.network.down.clear()
    world.recover(node)
    assert world.agree(case_id, node, linyi) and len(world.chain(node, case_id)) == 2


# Again and again


def test_i9_a_second_restore_of_one_backup_is_a_third_life(world, node, linyi, huimin, shared):
    """I9, R1: the peers know of the second; what was signed in it and is still under way is refused."""
    backup = forget(world, node, shared)
    world.recover(node)
    late = held_back(world, node, shared, noted(n="second life"))
    world.restore(node, backup)
    assert world.start(node).inc == 2
    world.recover(node)
    assert incarnation.get_life(node).inc == 3
    (answer,) = send_raw(linyi, late, at=world.later(), peer=node)
    assert answer.code == "older-incarnation"
    world.write(node, shared, noted())
    world.settle()
    assert world.agree(shared, node, linyi, huimin)


def test_i9_a_promise_is_never_lowered(world, node, linyi, huimin, shared):
    """I9: neither by a lower number, nor by the same one of another recovery."""
    with scope([LINYI]):
        assert promises.make(region=LINYI, node=node.id, inc=5, nonce="a", at=world.at).inc == 5
        assert promises.make(region=LINYI, node=node.id, inc=5, nonce="a", at=world.at).inc == 5
        for inc, nonce in ((4, "a"), (5, "b")):
            assert promises.make(region=LINYI, node=node.id, inc=inc, nonce=nonce, at=world.at) == promises.Made(0, 5)
        promises.learn(region=LINYI, lives={node.id: (3, "")}, at=world.at)
        assert Promise.objects.get(region=LINYI, node=node.id).inc == 5


def test_i9_a_declaration_of_an_older_life_counts_no_more(world, node, linyi, shared):
    with scope([LINYI]):
        promises.make(region=LINYI, node=node.id, inc=3, nonce="new", at=world.at)
        past = [(shared, ["aa"])]
        assert not promises.declare(region=LINYI, node=node.id, inc=2, nonce="old", past=past)
        assert not promises.declare(region=LINYI, node=node.id, inc=3, nonce="old", past=past)
        assert promises.declare(region=LINYI, node=node.id, inc=3, nonce="new", past=past)
        assert promises.Promises.of(LINYI).allows(node=node.id, inc=1, case_id=shared, hash="aa")
        assert not promises.Promises.of(LINYI).allows(node=node.id, inc=1, case_id=new_id(), hash="aa")


def test_r1_two_restored_nodes_recover_from_each_other_and_the_third(world, node, linyi, huimin, shared):
    """R1: both had promised each other something, and have forgotten that too."""
    backups = [(peer, world.back_up(peer)) for peer in (node, linyi)]
    world.write(node, shared, noted(n=1))
    world.settle()
    for peer, backup in backups:
        world.restore(peer, backup)
        world.start(peer)
    world.recover(node)
    world.recover(linyi)
    world.converge(node, linyi)
    world.write(node, shared, noted(n=2))
    world.converge(node, linyi)
    assert world.agree(shared, node, linyi, huimin)


@pytest.mark.parametrize("answers", range(1, 12))
def test_r1_a_recovery_that_is_cut_off_goes_on(world, node, linyi, huimin, shared, monkeypatch, answers):
    """R1: after any number of answers, with pages of one case."""
    monkeypatch.setattr(promising, "PAGE", 1)
    for _ in range(2):
        world.write(node, new_id(), opened(audience=BOTH))
    world.settle()
    forget(world, node, shared)
    world.start(node)
    world.advance(node, left=answers)
    world.recover(node)
    assert world.agree(shared, node, linyi, huimin) and not world.head(node, shared).recovering


def test_a_new_order_begins_a_recovery_anew(world, node, linyi, huimin, shared):
    """Also while an earlier one is under way."""
    first = world.order_recovery(node)
    world.advance(node, left=3)
    second = world.order_recovery(node)
    assert (second.inc, second.nonce != first.nonce) == (first.inc + 1, True)
    world.recover(node)
    assert incarnation.get_life(node).since is None


def test_a_peers_word_about_a_life_that_is_over_raises_nothing(world, node, shared):
    """It was asked in the second life; meanwhile the third has begun."""
    world.order_recovery(node)
    third = world.order_recovery(node)
    assert incarnation.raise_incarnation(node=node, above=2) == third
    assert incarnation.raise_incarnation(node=node, above=3).inc == 4


def test_r1_a_dead_node_is_replaced_by_an_empty_one(world, node, linyi, huimin, case_id, tmp_path):
    """R1, I14: another id, other keys, nothing but the alliance's papers."""
    part = seal(node, case_id, {"name": "罗建国"})
    world.write(node, case_id, opened(sealed=(part.ref,)), offered(), parts=[part])
    world.settle()
    world.write(linyi, case_id, accepted(), offered(JIYANG, receiving=LINYI))
    world.settle()
    heir = create_node(
        tmp_path / "heir", id="370115-2", alliance="demo", regions=(JIYANG,), url="http://heir.localhost:1", demo=True
    )
    world.forget(node)
    new = list_document([heir, linyi, huimin], world.at, version=2, prev=current_list(world).hash)
    alliance.import_member_list(raw=signed_list(new), trust=TRUST, at=world.at)
    world.network.nodes = {peer.id: peer for peer in (heir, linyi, huimin)}
    world.start(heir)
    world.order_recovery(heir)
    world.recover(heir)
    assert world.agree(case_id, heir, linyi) and len(world.chain(heir, case_id)) == 4
    with scope([JIYANG]):
        key = vault.get_key(node=heir, region=JIYANG, case_id=case_id)
        assert vault.read_part(part.ref, key=key, node=heir, region=JIYANG) == {"name": "罗建国"}
    world.write(heir, case_id, accepted())
    world.settle()
    assert world.agree(case_id, heir, linyi)


def current_list(world):
    return lists.latest_list(world.at)


# What comes back with the events


def test_i8_a_command_that_comes_back_is_not_done_twice(world, node, linyi, huimin, shared):
    """I8: whoever repeats it gets what it did."""
    cmd, backup = new_id(), world.back_up(node)
    (event,) = world.write(node, shared, noted(n=1), cmd=cmd)
    world.settle()
    world.restore(node, backup)
    world.recover(node)
    (again,) = world.write(node, shared, noted(n=1), cmd=cmd)
    assert again.hash == event.hash and len(world.chain(node, shared)) == 2


def test_r18_receipts_come_back_and_what_waits_for_a_witness_happens(world, node, linyi, huimin, shared, monkeypatch):
    """R18: the event is sent again, answered with the first receipt, and its effect is set off again."""
    seen = []
    monkeypatch.setitem(registries._witnessed, "test.noted", [lambda node, event: seen.append(event.seq)])
    backup = world.back_up(node)
    world.write(node, shared, noted())
    world.settle()
    with scope([JIYANG]):
        before = {receipt.envelope for receipt in queries.list_receipts(JIYANG, shared) if receipt.issuer != JIYANG}
    world.restore(node, backup)
    seen.clear()
    world.recover(node)
    with scope([JIYANG]):
        after = {receipt.envelope for receipt in queries.list_receipts(JIYANG, shared) if receipt.issuer != JIYANG}
    assert after == before and set(seen) == {2}


def test_a_case_that_cannot_be_taken_back_waits_alone(world, node, linyi, huimin, shared, monkeypatch):
    """I13: a peer whose copy is unreadable; the other cases go on."""
    other = new_id()
    world.write(node, other, opened(audience=BOTH))
    forget(world, node, shared)
    genuine = asking._Asking._fetch
    monkeypatch.setattr(
        asking._Asking,
        "_fetch",
        lambda self, case_id, first: [] if case_id == shared else genuine(self, case_id, first),
    )
    world.start(node)
    while world.advance(node):
        pass
    assert (world.head(node, shared).parked, world.head(node, other).state) == ("not-recovered", "held")


# What peers say


def ask(world, node, peer, **changes):
    question = promising.Question(peer.regions[0], node.regions[0], 2, "n")
    question = replace(question, **changes)
    reply = services.answer_promise(node=peer, peer=node.id, body=question.as_bytes(), at=world.at)
    return promising.read_answer(reply, question, members=current_list(world), at=world.at)


def test_a_page_names_only_cases_that_both_hold(world, node, linyi, huimin, case_id):
    """I6: 惠民 learns nothing of what 济阳 and 临邑 share."""
    world.write(node, case_id, opened(), offered())
    world.settle()
    assert [case for case, _, _ in ask(world, node, linyi).cases] == [case_id]
    assert ask(world, huimin, linyi).cases == ()


def test_a_node_speaks_for_its_own_regions_only(world, node, linyi, huimin, shared):
    """I6, I7: neither for another's, nor of a region that is not hosted here."""
    for changes in ({"sender": LINYI}, {"region": HUIMIN}):
        with pytest.raises(Missing):
            ask(world, node, linyi, **changes)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"region":"371424","for":"370115","inc":"2","recovery":"n","after":""}']
)
def test_what_is_no_question_is_refused(world, node, linyi, body):
    with pytest.raises(wire.BadMessage):
        services.answer_promise(node=linyi, peer=node.id, body=body, at=world.at)


def test_an_answer_to_another_question_is_none(world, node, linyi, shared):
    question = promising.Question(LINYI, JIYANG, 2, "n")
    reply = services.answer_promise(node=linyi, peer=node.id, body=question.as_bytes(), at=world.at)
    for changes in ({"nonce": "m"}, {"region": HUIMIN}, {"after": new_id()}):
        with pytest.raises(wire.BadMessage):
            promising.read_answer(reply, replace(question, **changes), members=current_list(world), at=world.at)


def test_progress_is_on_record(world, node, linyi, huimin, shared):
    forget(world, node, shared)
    world.network.down.add(huimin.id)
    world.start(node)
    world.advance(node)
    with scope([JIYANG]):
        rows = {row.peer_region: row for row in Recovery.objects.filter(region=JIYANG)}
    assert (rows[LINYI].state, rows[LINYI].cases, rows[LINYI].fetched) == ("done", 1, 2)
    assert (rows[HUIMIN].state, rows[HUIMIN].last_error) == ("waiting", "unreachable: ConnectError")


def test_r15_a_promise_waits_for_what_is_being_taken_in(world, node, linyi, shared):
    """R15: an older event whose transaction is still open would stand in the copy after it was told."""
    taking, told, promised = threading.Event(), threading.Event(), threading.Event()

    def take_in():
        with scope([LINYI]):
            log.lock_copy(LINYI, shared)
            taking.set()
            told.wait(10)
            assert not promised.is_set()
        connection.close()

    def promise():
        taking.wait(10)
        ask(world, node, linyi)
        promised.set()
        connection.close()

    threads = [threading.Thread(target=work) for work in (take_in, promise)]
    for thread in threads:
        thread.start()
    assert not promised.wait(0.5)
    told.set()
    for thread in threads:
        thread.join(10)
    assert promised.is_set()
