"""Handing in: a draft survives, is sealed, and becomes one case however often the button is pressed."""

import pytest
from django.db import connection

from tests.cast import JIYANG, LINYI, LUO, SUN, Person, citizen, clerk
from tongban.alliance.queries import NotCoveredByAgreement
from tongban.cases import queries, services
from tongban.cases.tests.zone import PERMIT, PERSON, Zone
from tongban.exchange.services import CommandReused
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope


def test_a_case_handed_in_online_is_received_at_once(zone: Zone) -> None:
    case = zone.submit(zone.draft())
    assert (case.state, case.receiving, case.deciding, case.due_on.isoformat()) == (
        "received",
        JIYANG,
        LINYI,
        "2026-11-27",
    )
    assert case.number == "370115-20261120-000001"
    assert "临邑县" in case.whose_turn.zh


def test_the_clause_of_the_agreement_stands_on_the_case(zone: Zone) -> None:
    case = zone.submit(zone.draft())
    assert (case.clause.agreement, case.clause.receiving, case.clause.deciding) == ("jlh", JIYANG, LINYI)


def test_pressing_twice_gives_one_case(zone: Zone) -> None:
    draft, cmd = zone.draft(), new_id()
    first, second = zone.submit(draft, cmd=cmd), zone.submit(draft, cmd=cmd)
    assert first.number == second.number
    assert first.head == second.head


def test_the_same_command_with_another_content_is_refused(zone: Zone) -> None:
    draft, cmd = zone.draft(), new_id()
    zone.submit(draft, cmd=cmd)
    with pytest.raises(CommandReused):
        zone.submit(draft, cmd=cmd, version="another")


def test_a_second_command_after_the_first_finds_no_draft(zone: Zone) -> None:
    draft = zone.draft()
    zone.submit(draft)
    with pytest.raises(Missing):
        zone.submit(draft)


def test_a_draft_changed_after_it_was_checked_is_not_handed_in(zone: Zone) -> None:
    draft = zone.draft()
    with scope([JIYANG]):
        services.save_draft(
            node=zone.jiyang, region=JIYANG, case_id=draft.case_id, elements={"filing.address": "别处"}, by=citizen(), at=zone.at
        )  # fmt: skip
    with pytest.raises(services.DraftChanged):
        zone.submit(draft)


def test_what_is_missing_is_named_all_at_once_and_nothing_is_lost(zone: Zone) -> None:
    draft = zone.draft(elements={"treat.region": JIYANG}, applicant={**PERSON, "id_number": "991424196803120010"})
    with pytest.raises(services.DraftIncomplete) as refused:
        zone.submit(draft)
    sentence = refused.value.sentence("zh")
    assert "校验位" in sentence
    assert "居住地址" in sentence
    with scope([JIYANG]):
        kept = queries.get_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=citizen())
    assert kept.elements == {"treat.region": JIYANG}


def test_an_unknown_region_is_named(zone: Zone) -> None:
    draft = zone.draft(elements=PERMIT | {"treat.region": "999999"})
    with pytest.raises(services.DraftIncomplete, match="999999"):
        zone.submit(draft)


def test_no_agreement_no_case_and_the_draft_stays(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = zone.draft(deciding="370102")
    with pytest.raises(NotCoveredByAgreement):
        zone.submit(draft)
    with scope([JIYANG]):
        assert queries.list_drafts(node=zone.jiyang, region=JIYANG, by=citizen())


def test_a_draft_is_only_its_owners(zone: Zone) -> None:
    draft = zone.draft()
    stranger = Actor("citizen", "c-sun", JIYANG, frozenset({"citizen"}))
    with scope([JIYANG]), pytest.raises(Missing):
        queries.get_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=stranger)


def test_a_stranger_finds_no_case(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    with pytest.raises(Missing):
        zone.here(case_id, Actor("citizen", "c-sun", JIYANG, frozenset({"citizen"})))


def test_a_clerk_receives_for_a_person_without_account_or_phone(zone: Zone) -> None:
    draft = zone.draft(clerk(), applicant={**PERSON, "phone": ""})
    case = zone.submit(draft, clerk())
    assert (case.channel, case.state, case.clause.mode) == ("counter", "received", "collect")


def test_a_citizen_cannot_claim_to_have_been_checked_at_the_counter(zone: Zone) -> None:
    with pytest.raises(Forbidden):
        zone.submit(zone.draft(), identity_check="manual")


@pytest.mark.parametrize("person", [LUO, SUN])
def test_nothing_typed_is_in_clear_in_any_table(zone: Zone, person: Person) -> None:
    applicant = {"name": person.name, "id_kind": "111", "id_number": person.id_number, "phone": person.phone}
    zone.draft(applicant=applicant)
    zone.submit(zone.draft(applicant=applicant))
    assert find_in_tables(person.name, person.id_number, person.phone) == []


def find_in_tables(*texts: str) -> list[str]:
    """Tables with a row whose text, or whose bytes read as text, hold one of `texts`."""
    with connection.cursor() as cursor, scope([JIYANG, LINYI]):
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            for text in texts:
                hexed = text.encode().hex()
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s',
                    [f"%{text}%", f"%{hexed}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(table)
    return found
