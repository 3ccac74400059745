"""One signed event of each kind. `python -m tests.golden.files` writes those that are missing and never changes one that is there."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.cast import JIYANG, LINYI
from tongban.cases import events as cases
from tongban.cases.bodies import CaseEvent
from tongban.enquiries import events as enquiries
from tongban.kernel import envelopes, registries
from tongban.kernel.crypto import SUITES, PrivateKey
from tongban.kernel.events import Baton, Clause, Payload, SealedRef

HERE = Path(__file__).parent / "events"
EVENTS = cases.EVENTS | enquiries.EVENTS
CASE = UUID("01934567-89ab-7def-8123-456789abcdef")
CLAUSE = Clause("jlh", 1, "1", "132036024004", "online", JIYANG, LINYI)
BATONS = {
    "submitted": Baton("open"),
    "offered": Baton("offer", LINYI),
    "taken_over": Baton("accept"),
    "handed_back": Baton("decline"),
    "sent_back": Baton("offer", JIYANG),
    "reassigned": Baton("reassign", JIYANG),
    "opened": Baton("open"),
    "answered": Baton("decline"),
}
SEED = b"a key of the golden files only.."
IDENTIFIER = "1.2.156.3005.2.11990000000000002K001.371424.37142401AAAAAAAAAAAAAAAA.001.X"
OWN: dict[str, dict[str, Any]] = {
    "licence_issued": {
        "type": "remote-medical-filing", "number": "医备凭〔2026〕第3714240100000001号", "operation": "new",
        "face": {
            "v": 1, "identifier": IDENTIFIER, "type": "remote-medical-filing", "number": "医备凭〔2026〕第3714240100000001号", "holder": "a" * 64,
            "from": "2026-11-20", "until": "", "key": f"{LINYI}-1.licence.golden", "content": "b" * 64,
            "status": {"list": f"{LINYI}.1.0", "index": 1}, "demo": True,
        },
    },
}  # fmt: skip
"""What one kind calls by a name that another kind uses too."""
SAMPLES: dict[str, Any] = {
    "number": "370115-20261120-000001",
    "item": "132036024004",
    "title": {"zh": "异地就医备案", "en": "Filing for medical care in another place"},
    "definition": "d" * 64,
    "situation": "long_term_permit",
    "mode": "online",
    "channel": "online",
    "receiving": JIYANG,
    "deciding": LINYI,
    "receiving_office": "hall",
    "deciding_office": "medical-insurance",
    "files": 0,
    "identity_check": "sms",
    "acceptance_due_on": "2026-11-27",
    "decision_due_on": "2026-11-24",
    "due_on": "2026-12-11",
    "valid_from": "2026-11-20",
    "provisional": False,
    "permanent": False,
    "calendar": {"region": JIYANG, "hash": "0" * 64},
    "register": "register:residence",
    "outcome": "answered",
    "elements": ["residence.registered"],
    "fields": ["filing.start_on"],
    "materials": ["residence-permit"],
    "points": {"insured": "true", "residence": "unknown"},
    "to": LINYI,
    "to_name": "临邑县",
    "place": LINYI,
    "place_name": "临邑县",
    "role": "examiner",
    "reason": "no-answer",
    "article": "第二十三条",
    "decided_by": "examiner",
    "acknowledgement": "YB2026112000001",
    "before": LINYI,
    "before_name": "临邑县",
    "order": "e30=",
    "proposal": "01934567-89ab-7def-8123-456789abcd00",
    "tolerated": ["residence-permit"],
    "tolerated_until": "2026-12-04",
    "deemed": False,
    "means": "card-reader",
    "face": "matched",
    "procedure": "expert_review",
    "basis": "行政许可法第四十五条",
    "until": "2026-12-18",
    "days": 10,
    "officer": "s-0a1b2c3d",
    "how": "random",
    "recommends": "approve",
    "opinion": "agree",
    "by": "applicant",
    "lamp": "yellow",
    "paper": "receipt",
    "office": "hall",
    "issued_on": "2026-11-20",
    "digest": "f" * 64,
    "way": "counter",
    "served_on": "2026-11-20",
    "about": "window",
    "grade": 5,
    "tags": ["quick"],
    "retention_years": 10,
    "material": "referral-letter",
    "reader": "machine",
    "inspecting": LINYI,
    "pledged": True,
    "finding": "differs",
    "system": "credit",
    "regime": "proof",
    "words": "f" * 64,
    "signer": "applicant",
    "instead": "long_term_permit",
    "point": "no-overdue-pledge",
    "subject": "paper",
    "ref": "f" * 64,
    "suite": "P256",
    "level": "B-LT",
    "document": "f" * 64,
    "key": "remote-medical-filing",
    "identifier": IDENTIFIER,
    "operation": "suspend",
    "decision": 7,
    "signature": "A" * 86 + "==",
    "follows": "",
    "status": "02",
    "reason_code": "inspection",
    "became": "370115-20261120-000001",
}


def path_of(kind: str) -> Path:
    return HERE / f"{kind.replace(';v=', '.v')}.json"


def all_files() -> list[Path]:
    return sorted(HERE.glob("*.json"))


def write_missing() -> None:
    for event in EVENTS.values():
        path = path_of(event.KIND.kind)
        if not path.exists():
            path.write_text(json.dumps(_sample(event), ensure_ascii=False, indent=1) + "\n")


def _sample(event: type[CaseEvent]) -> dict[str, Any]:
    suite, key = SUITES[1], _key()
    payload = _payload(event)
    envelope = envelopes.sign(payload.as_json(), type=envelopes.EVENT, suite=suite, keys=[key])
    return {
        "envelope": envelope.raw.decode(),
        "public": key.public.hex(),
        "hash": envelope.hash(suite),
        "sentence": {language: registries.sentence(payload.kind, payload.body, language) for language in ("zh", "en")},
    }


def _payload(event: type[CaseEvent]) -> Payload:
    name = event.KIND.name.partition(".")[2]
    sealed = tuple(SealedRef(part, "1", "c" * 64, "e" * 64, 120) for part in event.KIND.sealed)
    own = SAMPLES | OWN.get(name, {})
    body = event(**{field.name: own[field.name] for field in fields(event)}).body()
    return Payload(
        alliance="demo", epoch=1, list=1, case=CASE, seq=7, prev="a" * 64, region=JIYANG, node=f"{JIYANG}-1", inc=1,
        audience=(JIYANG, LINYI), kind=event.KIND.kind, critical=event.KIND.critical, cmd=CASE,
        actor={"kind": "system", "ref": "system", "role": "system"}, at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC), body=body,
        sealed=sealed, baton=BATONS.get(name), clause=CLAUSE if name in {"submitted", "opened", "offered", "sent_back"} else None,
    )  # fmt: skip


def _key() -> PrivateKey:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    return PrivateKey(f"{JIYANG}-1.event.golden", SEED, private.public_key().public_bytes_raw())


if __name__ == "__main__":
    write_missing()
