"""One licence, from the decision to the citizen's hand."""

import base64
import json

from tests.cast import JIYANG, LINYI, LUO, citizen
from tongban.alliance import queries as alliance
from tongban.exchange import queries as exchange
from tongban.kernel.scope import scope
from tongban.licences import queries
from tongban.licences.face import verify_face
from tongban.licences.tests.desk import Desk


def test_a_decision_reserves_its_licence_in_the_same_transaction(desk: Desk) -> None:
    (row,) = desk.rows(desk.approved())
    assert (row.state, row.reason, row.type) == ("reserved", "", "remote-medical-filing")
    assert row.number.startswith("医备凭〔2026〕第371424")


def test_the_signer_signs_what_was_reserved_and_nothing_else(desk: Desk) -> None:
    case_id = desk.approved()
    assert (desk.sign(), desk.sign()) == (True, False)
    (row,) = desk.rows(case_id)
    assert (row.state, len(row.signature)) == ("signed", 64)


def test_a_licence_is_valid_when_another_node_has_stored_it(desk: Desk) -> None:
    case_id = desk.approved()
    desk.sign()
    desk.issue(case_id)
    assert not desk.licence(case_id).witnessed
    desk.give(case_id)
    assert not desk.licence(case_id).witnessed
    desk.settle()
    desk.give(case_id)
    assert desk.licence(case_id).in_force(desk.at.date())
    assert desk.rows(case_id)[0].state == "valid"


def test_the_other_place_holds_it_too(desk: Desk) -> None:
    here, there = desk.licensed(), None
    there = desk.licence(here.case_id, JIYANG)
    assert there.signed == here.signed
    assert there.witnessed


def test_it_says_what_was_decided_and_proves_itself(desk: Desk) -> None:
    licence = desk.licensed()
    with scope([JIYANG]):
        view = queries.get_licence(node=desk.jiyang, region=JIYANG, identifier=licence.identifier, by=citizen())
    members = alliance.latest_list(desk.at)
    verify_face(
        view.signed, suite=desk.linyi.suite, public_key_of=lambda id: members.public_key(id, "licence", desk.at)
    )
    assert view.signed.face.matches(view.content, suite=desk.linyi.suite)
    assert view.signed.face.is_of(LUO.id_number, salt=view.content.salt, suite=desk.linyi.suite)
    assert view.content.issuer.region == LINYI
    assert view.content.receiver.region == JIYANG
    assert [field.value for field in view.content.fields][:2] == [LUO.name, "异地长期居住人员备案（居住证）"]


def test_the_chain_names_the_licence_and_no_person(desk: Desk) -> None:
    licence = desk.licensed()
    with scope([LINYI]):
        events = exchange.list_events(LINYI, licence.case_id)
        salt = queries.read_held_content(licence, node=desk.linyi).salt
    (issued,) = [event for event in events if event.payload.kind_name == "cases.licence_issued"]
    clear = base64.b64decode(json.loads(issued.envelope)["p"])
    assert licence.identifier.encode() in clear
    assert not any(said.encode() in clear for said in (LUO.name, LUO.id_number, salt))


def test_issuing_again_changes_nothing(desk: Desk) -> None:
    licence = desk.licensed()
    desk.issue(licence.case_id)
    desk.give(licence.case_id)
    assert desk.licence(licence.case_id) == licence
