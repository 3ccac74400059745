"""Bytes that may never change: peers of any version read them, and receipts of today are shown in ten years.

If a test here fails, the code is wrong and not the file. Only a new kind gets a new file.
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from tongban.exchange import statements
from tongban.exchange.receipts import Statement, Verified, _claims, _read
from tongban.exchange.statements import Place
from tongban.kernel import envelopes
from tongban.kernel.crypto import SUITES, PrivateKey
from tongban.kernel.events import Baton, Clause, Payload, SealedRef

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "golden"
SUITE = SUITES[1]
KEY = PrivateKey(
    "370115-1.event.golden", bytes(range(32)),
    bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"),
)  # fmt: skip
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CASE, COMMAND = UUID("01920000-0000-7000-8000-000000000001"), UUID("01920000-0000-7000-8000-000000000002")


def payload(**changes):
    values = {
        "alliance": "demo", "epoch": 1, "list": 1, "case": CASE, "seq": 1, "prev": "", "region": "370115",
        "node": "370115-1", "inc": 1, "audience": ("370115", "371424"), "kind": "cases.submitted;v=1", "critical": True,
        "cmd": COMMAND, "actor": {"kind": "citizen", "ref": "c-luo", "role": "citizen"}, "at": AT,
        "body": {"item": "remote-medical-filing", "说明": "异地就医备案"},
        "sealed": (SealedRef("application", "1", "aa" * 32, "bb" * 32, 345),), "baton": Baton("open"),
        "clause": Clause("jlh", 1, "1", "remote-medical-filing", "one-window", "370115", "371424"),
    }  # fmt: skip
    return Payload(**(values | changes))


def sign(claims, type):
    return envelopes.sign(claims, type=type, suite=SUITE, keys=[KEY])


class _Golden:
    """The node of the golden receipt."""

    alliance, epoch, id, inc = "demo", 1, "371424-1", 1
    suite, keys = SUITE, {"event": KEY}


class _List:
    version = 1


PLACE, PAST = Place(2, 57, 1_003_000, "ab" * 32), Place(1, 56, 1_002_950, "cd" * 32)
CHECKPOINT = statements.sign_checkpoint(
    node=_Golden(), region="371424", place=PLACE, prev="ee" * 32, follows=PAST, list_version=1, at=AT
)
CO_SIGNATURE = statements.co_sign(node=_Golden(), checkpoint=CHECKPOINT, list_version=1, at=AT)
STATEMENT = Statement("cc" * 32, CASE, 1, "STORED", AT)

FILES = {
    "event-open": lambda: sign(payload().as_json(), envelopes.EVENT),
    "event-offer": lambda: sign(
        payload(seq=2, prev="dd" * 32, kind="cases.offered;v=1", body={}, sealed=(), baton=Baton("offer", "371424")).as_json(),
        envelopes.EVENT,
    ),
    "event-plain": lambda: sign(
        payload(seq=3, prev="ee" * 32, kind="cases.closed;v=1", body={}, sealed=(), baton=None, clause=None).as_json(),
        envelopes.EVENT,
    ),
    "proposal": lambda: sign(payload(kind="cases.supplement;v=1", baton=None, clause=None).as_json(), envelopes.PROPOSAL),
    "receipt": lambda: sign(_claims(_Golden(), "371424", STATEMENT, _List(), prev="ff" * 32), envelopes.RECEIPT),
    "checkpoint": lambda: envelopes.read(CHECKPOINT.raw, type=envelopes.CHECKPOINT),
    "co-signature": lambda: envelopes.read(CO_SIGNATURE.raw, type=envelopes.CO_SIGNATURE),
}  # fmt: skip
HASHES = GOLDEN / "hashes.txt"


@pytest.mark.parametrize("name", FILES)
def test_envelopes_are_written_as_ever(name):
    assert FILES[name]().raw == (GOLDEN / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_hashes_are_what_they_were(name):
    hashes = dict(line.split() for line in HASHES.read_text().splitlines())
    assert FILES[name]().hash(SUITE) == hashes[name]


@pytest.mark.parametrize("name", ["event-open", "event-offer", "event-plain"])
def test_events_of_old_are_read(name):
    envelope = envelopes.read((GOLDEN / f"{name}.json").read_bytes(), type=envelopes.EVENT)
    envelopes.verify(envelope, suite=SUITE, public_key_of={KEY.id: KEY.public}.__getitem__)
    assert Payload.from_json(envelope.claims()).as_json() == envelope.claims()


def test_receipts_of_old_are_read():
    raw = (GOLDEN / "receipt.json").read_bytes()
    envelope = envelopes.read(raw, type=envelopes.RECEIPT)
    read = _read(envelope.claims(), hash="h", raw=raw)
    assert read == Verified(STATEMENT, "371424", "ff" * 32, "h", raw)


def test_checkpoints_of_old_are_read():
    known = {"alliance": "demo", "suite": SUITE, "public_key_of": {KEY.id: KEY.public}.__getitem__}
    read = statements.read_checkpoint((GOLDEN / "checkpoint.json").read_bytes(), **known)
    assert (read, read.follows) == (CHECKPOINT, PAST)
    assert statements.read_co_signature((GOLDEN / "co-signature.json").read_bytes(), **known) == CO_SIGNATURE
