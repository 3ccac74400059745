"""One rule of the protocol taken out at a time (bug switches): a suite that stays green without a rule proves nothing about it.

A pytest plugin, for tests only: `SWITCH_OFF=R4 pytest -p tests.protocol.switches …`. The product knows nothing of it. `SWITCHES` says what
each rule means, how it is broken, and which tests must turn red; `python -m tests.protocol.switches` writes the table of the documentation.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

VARIABLE = "SWITCH_OFF"
EXCHANGE = "tongban/exchange/tests"
Break = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Switch:
    """`tests`: node ids, each of which must fail when the rule is broken."""

    rule: str
    meaning: str
    broken: str
    break_it: Break
    tests: tuple[str, ...]


SWITCHES: dict[str, Switch] = {}


def switch(rule: str, meaning: str, broken: str, *tests: str) -> Callable[[Break], Break]:
    def declare(break_it: Break) -> Break:
        SWITCHES[rule] = Switch(rule, meaning, broken, break_it, tests)
        return break_it

    return declare


@switch(
    "R1", "signed bytes are stored and forwarded as they came", "an event is written anew before it is stored",
    f"{EXCHANGE}/test_deliver.py::test_the_whole_hand_over",
)  # fmt: skip
def _write_anew(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import intake

    class Anew(intake.StoredEvent):
        def __init__(self, holder: str, payload: Any, hash: str, envelope: bytes, received_at: Any) -> None:
            wire = json.loads(envelope)
            super().__init__(holder, payload, hash, json.dumps(wire, indent=1).encode(), received_at)

    patch.setattr(intake, "StoredEvent", Anew)


@switch(
    "R2", "the member list binds key and algorithm, and exactly one signs", "further signatures are passed over",
    "tests/protocol/test_rules.py::test_r2_a_second_signature_is_refused",
)  # fmt: skip
def _any_number_of_signatures(patch: pytest.MonkeyPatch) -> None:
    from tongban.kernel.envelopes import Envelope

    patch.setattr(Envelope, "key_id", property(lambda envelope: envelope.signatures[0].key_id))


@switch(
    "R3", "personal data leaves only sealed", "what is sealed stays readable",
    "tongban/kernel/tests/test_sealing.py::test_a_part_of_another_case_does_not_open",
)  # fmt: skip
def _seal_nothing(patch: pytest.MonkeyPatch) -> None:
    from tongban.kernel.crypto import SUITES

    suite = type(SUITES[1])
    patch.setattr(suite, "encrypt", lambda self, data, *, key, context: data)
    patch.setattr(suite, "decrypt", lambda self, data, *, key, context: data)


@switch(
    "R4", "who writes next is a function of the chain", "every region may write at any time",
    f"{EXCHANGE}/test_chain.py::test_the_writer_is_total_deterministic_and_alone",
)  # fmt: skip
def _everybody_writes(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import chain

    check = chain.check_next

    def lenient(head: chain.Head, payload: Any) -> None:
        with suppress(chain.Illegal):
            check(head, payload)

    patch.setattr(chain, "check_next", lenient)


@switch(
    "R5", "a trigger of the database repeats the writer rule", "the trigger is not there",
    f"{EXCHANGE}/test_append.py::test_the_database_repeats_the_writer_rule",
)  # fmt: skip
def _no_trigger(patch: pytest.MonkeyPatch) -> None:
    """Dropped as the owner, right after the tables are made."""
    from django.core.management import call_command as usual

    import conftest

    def and_drop(*args: Any, **options: Any) -> None:
        from django.db import connection

        usual(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER exchange_event_writer_rule ON exchange_event")

    patch.setattr(conftest, "call_command", and_drop)


@switch(
    "R6", "nothing signed leaves before its commit", "an event is sent while its transaction is still open",
    "tests/protocol/test_rules.py::test_r6_what_was_not_committed_was_never_sent",
)  # fmt: skip
def _send_at_once(patch: pytest.MonkeyPatch) -> None:
    from tests.protocol import world
    from tongban.exchange import appending

    settle = appending.settle

    def and_send(node: Any, copy: Any, stored: Any, at: Any) -> None:
        settle(node, copy, stored, at)
        world.send_now(node, stored)

    patch.setattr(appending, "settle", and_send)


@switch(
    "R7", "each case has its own place in the queue, there is no cursor over all", "only rows after the last one sent are looked at",
    "tests/protocol/test_rules.py::test_r7_c5_a_row_that_commits_late_is_not_skipped",
)  # fmt: skip
def _one_cursor(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import outbox

    claim, last = outbox.claim, {"id": 0}

    def after_the_last(*args: Any, **options: Any) -> Any:
        rows = [row for row in claim(*args, **options) if row.id > last["id"]]
        last["id"] = max([last["id"], *(row.id for row in rows)])
        return rows

    patch.setattr(outbox, "claim", after_the_last)


@switch(
    "R8", "cases are independent: one that cannot go holds up no other", "whatever failed is tried before anything else goes",
    f"{EXCHANGE}/test_deliver.py::test_an_unreadable_case_holds_up_no_other",
)  # fmt: skip
def _first_things_first(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import shipping

    pack = shipping.pack

    def all_or_nothing(**options: Any) -> Any:
        load = pack(**options)
        if load.broken:
            load.left, load.parcels = [*load.left, *(parcel.row for parcel in load.parcels)], []
        return load

    patch.setattr(shipping, "pack", all_or_nothing)


@switch(
    "R9", "sending is tried for ever; an answer or a new event ends the wait", "after three tries it is given up",
    f"{EXCHANGE}/test_deliver.py::test_a_dead_peer_is_tried_for_ever_and_says_why",
)  # fmt: skip
def _give_up(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import outbox

    unreachable = outbox.mark_unreachable

    def or_give_up(link: Any, rows: Any, *, reason: str, at: Any, jitter: Any) -> None:
        unreachable(link, rows, reason=reason, at=at, jitter=jitter)
        if max(row.tries for row in rows) >= 2:
            outbox._update(rows, "rejected_at = %s", [at])

    patch.setattr(outbox, "mark_unreachable", or_give_up)


@switch(
    "R10", "what comes again gets its first receipt", "a duplicate gets a new receipt",
    f"{EXCHANGE}/test_receive.py::test_a_duplicate_gets_the_original_receipt",
)  # fmt: skip
def _sign_again(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import receipts

    def anew(*, node: Any, region: str, statements: Any, members: Any, at: Any) -> list[bytes]:
        head = receipts.ReceiptHead(region=region)
        fresh = [replace(statement, received_at=at) for statement in statements]
        return [bytes(receipts._signed(node, region, statement, members, head, at).envelope) for statement in fresh]

    patch.setattr(receipts, "issue", anew)


@switch(
    "R11", "two bodies at one position are evidence, never a choice", "the one that was first counts, in silence",
    f"{EXCHANGE}/test_receive.py::test_two_events_at_one_place_are_evidence",
)  # fmt: skip
def _first_come(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange.intake import Intake
    from tongban.exchange.verdicts import Verdict

    patch.setattr(
        Intake, "_diverge", lambda self, arrival, **_: Verdict.kept(arrival, parked="", at=self.at, status="duplicate")
    )


@switch(
    "R12", "what is not understood is kept and waits", "an unknown critical event is passed over",
    f"{EXCHANGE}/test_receive.py::test_an_unknown_critical_kind_is_kept_and_parks_the_case",
)  # fmt: skip
def _pass_over(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import intake

    patch.setattr(intake, "_not_understood", lambda arrival: "")


@switch(
    "R13", "a fault of our own is never stated to a peer", "with the database away, events are rejected for good",
    "tests/protocol/test_rules.py::test_r13_a_node_without_its_database_states_nothing",
)  # fmt: skip
def _blame_the_sender(patch: pytest.MonkeyPatch) -> None:
    from django.http import HttpResponse

    from tongban.exchange.wire import Answer, write_answers
    from tongban.web.node import peers

    patch.setattr(peers, "_refuse", lambda refused: HttpResponse(write_answers([Answer("rejected", code="broken")])))


@switch(
    "R14", "a receipt is signed after the commit of what it states", "receipts are signed first",
    "tests/protocol/test_rules.py::test_r14_what_could_not_be_stored_has_no_receipt",
)  # fmt: skip
def _sign_first(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import receiving
    from tongban.exchange.arrivals import Reader
    from tongban.exchange.verdicts import Verdict

    read = Reader.read

    def and_sign(self: Any, item: Any) -> Any:
        arrival = read(self, item)
        statement = Verdict.kept(arrival, parked="", at=self.at).statements
        receiving.receipts.issue(
            node=self.node, region=self.region, statements=statement, members=self.members, at=self.at
        )
        return arrival

    patch.setattr(Reader, "read", and_sign)


@switch(
    "R15", "a restored node's older life is refused by all who promised", "promises are not kept",
    f"{EXCHANGE}/test_recovery.py::test_r15_a_late_message_of_the_old_life_is_refused",
)  # fmt: skip
def _break_promises(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange.promises import Promises

    patch.setattr(Promises, "allows", lambda self, **_: True)


@switch(
    "R16", "the past that a restored node declared is still welcome", "nothing of an older life is taken in",
    f"{EXCHANGE}/test_recovery.py::test_r16_what_the_backup_had_not_sent_yet_is_declared_and_arrives",
)  # fmt: skip
def _forget_the_past(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange.promises import Promises

    patch.setattr(Promises, "_declared", lambda self, node, case_id, hash: False)


@switch(
    "R17", "a dead node's case goes on elsewhere only after all others have fenced it", "an order counts without fences",
    f"{EXCHANGE}/test_reassign.py::test_an_order_that_does_not_hold_is_refused_by_all",
)  # fmt: skip
def _no_fences(patch: pytest.MonkeyPatch) -> None:
    from tongban.alliance import fences

    patch.setattr(fences, "require_fenced", lambda order, *, audience, find_list: None)


@switch(
    "R18", "what leaves the alliance waits for a witness", "the effect follows the decision at once",
    "tests/protocol/test_world.py::test_a_case_goes_round",
)  # fmt: skip
def _no_witness(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import witnesses

    patch.setattr(witnesses, "_other_regions", lambda node, event, at: [])


@switch(
    "R19", "member lists only go forward, and end", "an older list is taken in too",
    "tongban/alliance/tests/test_member_list.py::test_lists_never_go_back",
)  # fmt: skip
def _back_to_an_older_list(patch: pytest.MonkeyPatch) -> None:
    from tongban.alliance import services

    patch.setattr(services, "_require_forward", lambda members, newest: None)


@switch(
    "R20", "a log that does not continue what was co-signed is not co-signed", "witnesses sign whatever they are shown",
    f"{EXCHANGE}/test_checkpoints.py::test_r20_what_does_not_continue_is_not_co_signed",
)  # fmt: skip
def _sign_everything(patch: pytest.MonkeyPatch) -> None:
    from tongban.exchange import cosigning

    patch.setattr(cosigning, "is_rewritten", lambda *_, **__: False)
    patch.setattr(cosigning, "is_rollback", lambda *_: False)


def pytest_configure(config: pytest.Config) -> None:
    """The rule named in the environment is out for this whole run."""
    rule = os.environ.get(VARIABLE)
    if rule:
        patch = pytest.MonkeyPatch()
        config.add_cleanup(patch.undo)
        config.stash[_WAITING] = lambda: SWITCHES[rule].break_it(patch)


_WAITING: pytest.StashKey[Callable[[], None]] = pytest.StashKey()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Django is ready and every module imported as usual."""
    if _WAITING in session.config.stash:
        session.config.stash[_WAITING]()


def as_table() -> str:
    rows = [
        f"| {rule} | {it.meaning} | {it.broken} | {', '.join(f'`{test}`' for test in it.tests)} |"
        for rule, it in sorted(SWITCHES.items(), key=lambda entry: int(entry[0][1:]))
    ]
    head = ["| Rule | What it says | Taken out | Tests that turn red |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])


if __name__ == "__main__":
    print(as_table())
