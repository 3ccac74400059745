"""Records of cases that gave a licence, valid and broken, as in `records.py`; the licence is Mr Luo's, of 临邑."""

import base64
from dataclasses import replace
from typing import Any

from tests.cast import HUIMIN, JIYANG, LINYI
from tests.verifier.records import SUITE, Change, Making, sign_event
from tongban.cases import events as kinds
from tongban.cases.bodies import CaseEvent
from tongban.cases.inspection_events import CaseInspected, CaseRevoked, InspectionAsked, InspectionClaimed
from tongban.cases.licence_events import LicenceChanged, LicenceIssued
from tongban.cases.tests.factories import (
    ACCEPTED,
    APPLICATION,
    ASSESSED,
    BOTH,
    CASE,
    CLAUSE,
    EFFECTIVE,
    RECEIVED,
    SUBMITTED,
    sign_chain,
)
from tongban.cases.writing import Step
from tongban.kernel.crypto import PrivateKey
from tongban.kernel.events import Baton, StoredEvent
from tongban.kernel.sealing import DataKey, Sealed, open_plaintext, seal, seal_json
from tongban.licences.content import Content
from tongban.licences.face import StatusPlace, make_face, sign_face
from tongban.licences.tests.stand import LIST, content

KEY = DataKey(CASE, "1", bytes(32))
DECISION = 7
PLACE = StatusPlace(LIST, 7)
ANOTHER = f"{LINYI}01AAAAAAAAAAAAAAAA"
VALID: dict[str, Change] = {}
BROKEN: dict[str, Change] = {}
Given = tuple[LicenceIssued, Sealed]


def valid(change: Change) -> Change:
    VALID[change.__name__] = change
    return change


def broken(change: Change) -> Change:
    BROKEN[change.__name__] = change
    return change


def give(
    making: Making, said: Content | None = None, *, key: PrivateKey | None = None, place: StatusPlace = PLACE, **changes: Any
) -> Given:  # fmt: skip
    """`changes`: of the event, after the licence was signed."""
    said, key = said or content(), key or making.licence_key(making.linyi)
    signed = sign_face(make_face(said, key_id=key.id, status=place, suite=SUITE), key=key, suite=SUITE)
    event = LicenceIssued(
        identifier=said.identifier, type=said.type, number=said.number, operation=said.operation, decision=DECISION,
        face=signed.face.as_json(), signature=base64.b64encode(signed.signature).decode(),
    )  # fmt: skip
    return replace(event, **changes), seal(said.as_bytes(), name="licence", key=KEY, suite=SUITE)


def chain(making: Making, *there: Given | CaseEvent) -> list[StoredEvent]:
    """Decided by 临邑 at position 7; `there`: what it writes afterwards."""
    application = seal_json(APPLICATION, name="application", key=KEY, suite=SUITE)
    here = [
        Step(SUBMITTED, parts=[application], baton=Baton("open"), clause=CLAUSE, audience=(JIYANG,)),
        Step(RECEIVED, audience=(JIYANG,)),
        Step(kinds.CaseOffered(LINYI, "临邑县"), baton=Baton("offer", LINYI), clause=CLAUSE, audience=BOTH),
    ]
    decided = [
        Step(kinds.CaseTakenOver(), baton=Baton("accept"), audience=BOTH),
        *(Step(event, audience=BOTH) for event in (ACCEPTED, ASSESSED, kinds.CaseApproved("rules"))),
    ]
    given = [
        Step(one[0], parts=[one[1]], audience=BOTH) if isinstance(one, tuple) else Step(one, audience=BOTH)
        for one in there
    ]
    return sign_chain(
        [*((making.jiyang, step) for step in here), *((making.linyi, step) for step in decided + given)], making.at
    )


def suspend(identifier: str) -> LicenceChanged:
    return LicenceChanged(identifier, "suspend", "02", "other")


def opened(making: Making, given: Given) -> bytes:
    """The content is shown."""
    part = given[1]
    plaintext = open_plaintext(part.ciphertext, ref=part.ref, key=KEY, suite=SUITE)
    return making.file(
        chain(making, given), openings=[{"cipher": part.ref.cipher, "name": part.ref.name, "plaintext": plaintext}]
    )


# Valid


@valid
def a_licence(making: Making) -> bytes:
    return making.file(chain(making, give(making)))


@valid
def a_licence_that_is_shown(making: Making) -> bytes:
    return opened(making, give(making))


@valid
def a_licence_that_was_suspended(making: Making) -> bytes:
    given = give(making)
    return making.file(chain(making, given, EFFECTIVE, kinds.CaseClosed(), suspend(given[0].identifier)))


@valid
def two_types_of_licence(making: Making) -> bytes:
    return making.file(chain(making, give(making), give(making, content(serial=ANOTHER, type="other"))))


# Broken: the signature


@broken
def no_face(making: Making) -> bytes:
    return making.file(chain(making, give(making, face={}, signature="AAAA")))


@broken
def no_signature(making: Making) -> bytes:
    return making.file(chain(making, give(making, signature="AAAA")))


@broken
def signed_with_the_event_key(making: Making) -> bytes:
    return making.file(chain(making, give(making, key=making.linyi.keys["event"])))


@broken
def signed_by_the_other_place(making: Making) -> bytes:
    return making.file(chain(making, give(making, key=making.licence_key(making.jiyang))))


@broken
def signed_by_a_stranger(making: Making) -> bytes:
    return making.file(chain(making, give(making, key=making.licence_key(making.stranger))))


@broken
def a_longer_term_than_was_signed(making: Making) -> bytes:
    face = give(making)[0].face | {"until": "2099-12-31"}
    return making.file(chain(making, give(making, face=face)))


@broken
def another_number_than_was_signed(making: Making) -> bytes:
    return making.file(chain(making, give(making, number="鲁临卫公证字〔2026〕第000009号")))


@broken
def the_serial_of_another_place(making: Making) -> bytes:
    return making.file(chain(making, give(making, content(serial=f"{HUIMIN}01AAAAAAAAAAAAAAAA"))))


@broken
def in_the_list_of_another_place(making: Making) -> bytes:
    return making.file(chain(making, give(making, place=StatusPlace(f"{JIYANG}-1", 7))))


# Broken: what it says


@broken
def another_content_than_was_signed(making: Making) -> bytes:
    event, _ = give(making)
    return opened(making, (event, give(making, content(until=None))[1]))


@broken
def nothing_was_sealed(making: Making) -> bytes:
    return making.file(chain(making, give(making)[0]))


# Broken: the decision


@broken
def a_decision_that_is_not_there(making: Making) -> bytes:
    return making.file(chain(making, give(making, decision=999)))


@broken
def a_decision_that_is_none(making: Making) -> bytes:
    return making.file(chain(making, give(making, decision=DECISION - 1)))


@broken
def two_licences_of_one_decision(making: Making) -> bytes:
    return making.file(chain(making, give(making), give(making, content(serial=ANOTHER))))


@broken
def a_licence_stands_twice(making: Making) -> bytes:
    return making.file(chain(making, give(making), give(making, content(type="other"))))


@broken
def a_change_of_a_licence_that_was_not_given(making: Making) -> bytes:
    return making.file(chain(making, give(making), suspend(content(serial=ANOTHER).identifier)))


@broken
def a_change_before_it_was_given(making: Making) -> bytes:
    given = give(making)
    return making.file(chain(making, suspend(given[0].identifier), given))


@broken
def a_change_that_says_nothing(making: Making) -> bytes:
    """Of a status; signed as an event all the same."""
    given = give(making)
    events = chain(making, given, suspend(given[0].identifier))
    body = {name: said for name, said in events[-1].payload.body.items() if name != "status"}
    return making.file([*events[:-1], sign_event(replace(events[-1].payload, body=body), events[-1], making.linyi)])


@broken
def given_after_the_decision_was_revoked(making: Making) -> bytes:
    inspection = (
        InspectionAsked("health", LINYI, True, "2026-12-31"), InspectionClaimed("officer"), CaseInspected("differs", LINYI),
        CaseRevoked("行政许可法第六十九条"),
    )  # fmt: skip
    return making.file(chain(making, EFFECTIVE, kinds.CaseClosed(), *inspection, give(making)))
