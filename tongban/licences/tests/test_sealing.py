"""The seal on a licence: asked for when it is issued, put on by the signer, and on the phone at the other place."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cast import JIYANG, LINYI, citizen
from tongban.cases.sealed_documents import list_sealed
from tongban.kernel.actors import Actor, system
from tongban.kernel.press import GlyphMissing
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.licences import files, models, publishing, queries
from tongban.licences.content import ContentField
from tongban.licences.forms import printing, sealing
from tongban.licences.forms.specimens import make_specimen
from tongban.licences.queries import HeldLicence
from tongban.licences.sealed import check_pdf
from tongban.licences.showing import Unreadable, read_shown
from tongban.licences.status import StatusList, digest_of, read_list
from tongban.licences.tests.desk import Desk
from tongban.licences.types import get_type, list_types
from tongban.licences.verdicts import Reason
from tongban.seals import queries as seals
from tongban.seals import services, signing
from tongban.seals.keyroom import KeyRoom
from tongban.seals.ofd.verifying import verify_ofd
from tongban.seals.subjects import Subject, register_subject
from tongban.seals.views import MAIN_SUITE, NATIONAL_SUITE


@pytest.fixture
def room(desk: Desk, tmp_path: Path, settings: Any) -> KeyRoom:
    """临邑's insurance office has a seal."""
    settings.TSA_URL = ""
    register_subject(Subject(sealing.SUBJECT, sealing.read_unsealed, lambda node, region, ref: None))
    today, room = legal_day(desk.at), KeyRoom.of(tmp_path)
    asks, confirms = (Actor("staff", f"s-{role}", LINYI, frozenset({role})) for role in ("chief", "supervisor"))
    with scope([LINYI]):
        seal_id = services.ask_seal(
            node=desk.linyi, region=LINYI, office="medical-insurance", owner="临邑县医疗保险经办机构", title="业务专用章", uses=["licence"],
            valid_from=today, valid_until=today.replace(year=today.year + 1), by=asks, at=desk.at,
        )  # fmt: skip
        services.confirm_seal(region=LINYI, seal_id=seal_id, by=confirms, at=desk.at)
    signing.step(node=desk.linyi, room=room, at=desk.at)
    return room


def _sealed(desk: Desk, room: KeyRoom) -> HeldLicence:
    licence = desk.licensed()
    with scope([LINYI]):
        sealing.ask_for_seals(node=desk.linyi, region=LINYI, case_id=licence.case_id, at=desk.at)
    signing.step(node=desk.linyi, room=room, at=desk.at)
    for suite in (MAIN_SUITE, NATIONAL_SUITE):
        with scope([LINYI]):
            assert sealing.keep_sealed(
                node=desk.linyi, region=LINYI, ref=licence.identifier, suite=suite, by=system(LINYI), at=desk.at
            )
    desk.settle()
    return licence


def _file(desk: Desk, licence: HeldLicence, form: str, region: str = LINYI) -> files.LicenceFile:
    node, by = (desk.linyi, system(LINYI)) if region == LINYI else (desk.jiyang, citizen())
    with scope([region]):
        view = queries.get_licence(node=node, region=region, identifier=licence.identifier, by=by)
        return files.read_file(view, node=node, form=form, by=by, at=desk.at)


def test_the_sealed_pdf_proves_itself_and_begins_with_the_printed_one(desk: Desk, room: KeyRoom) -> None:
    licence = _sealed(desk, room)
    file = _file(desk, licence, "pdf")
    with scope([LINYI]):
        content = queries.read_held_content(licence, node=desk.linyi)
        maker = seals.find_maker(region=LINYI)
    assert file.sealed and file.data.startswith(printing.print_licence(content, licence.face, licence.signature))
    check = check_pdf(file.data)
    assert maker and (check([maker.certificate]), check([])) == ("whole", "foreign")


def test_the_sealed_ofd_is_of_the_same_seal(desk: Desk, room: KeyRoom) -> None:
    file = _file(desk, _sealed(desk, room), "ofd")
    with scope([LINYI]):
        maker = seals.find_maker(region=LINYI, suite=NATIONAL_SUITE)
    assert maker and file.sealed
    assert verify_ofd(file.data, trusted=[maker.certificate]).sealed.seal.name == "临邑县医疗保险经办机构业务专用章"


def test_the_other_place_gets_the_sealed_file_as_a_file_of_the_case(desk: Desk, room: KeyRoom) -> None:
    licence = _sealed(desk, room)
    there = _file(desk, licence, "pdf", JIYANG)
    assert there.data.startswith(b"%PDF")
    assert [said.suite for said in _named(licence)] == [MAIN_SUITE, NATIONAL_SUITE]


def _named(licence: HeldLicence) -> Any:
    with scope([JIYANG]):
        return list_sealed(region=JIYANG, case_id=licence.case_id)


def test_without_a_seal_the_licence_is_printed_all_the_same(desk: Desk) -> None:
    licence = desk.licensed()
    with scope([LINYI]):
        assert sealing.ask_for_seals(node=desk.linyi, region=LINYI, case_id=licence.case_id, at=desk.at) == []
        assert sealing.list_unsealed(region=LINYI, at=desk.at) == [licence.case_id]
    assert not _file(desk, licence, "pdf").sealed


def test_nothing_else_is_known_to_the_signer(desk: Desk, room: KeyRoom) -> None:
    licence = desk.licensed()
    with scope([LINYI]):
        read = sealing.read_unsealed(desk.linyi, LINYI, licence.identifier, False)
        assert read and read.office == "medical-insurance" and read.pdf.startswith(b"%PDF")
        assert sealing.read_unsealed(desk.linyi, LINYI, licence.identifier + "9", False) is None


@pytest.mark.parametrize("column", ["face", "signature", "part"])
def test_what_the_signers_own_key_does_not_stand_behind_is_not_sealed(desk: Desk, room: KeyRoom, column: str) -> None:
    licence, other = desk.licensed(), desk.licensed()
    with scope([LINYI]):
        rows = models.Licence.objects.filter(region=LINYI)
        rows.filter(identifier=licence.identifier).update(
            **{column: rows.values_list(column, flat=True).get(identifier=other.identifier)}
        )
        for each in (licence, other):
            services.request_seal(
                region=LINYI, office="medical-insurance", use="licence", subject="licence", ref=each.identifier, at=desk.at
            )  # fmt: skip
    assert signing.step(node=desk.linyi, room=room, at=desk.at) == 1
    with scope([LINYI]):
        assert seals.list_answered(region=LINYI, subject="licence", ref=licence.identifier) == []
        assert seals.list_answered(region=LINYI, subject="licence", ref=other.identifier) == [MAIN_SUITE]


def test_a_seal_that_was_stopped_stands_in_the_list(desk: Desk, room: KeyRoom) -> None:
    """In both suites, so that nothing that it seals from then on counts."""
    name, later = desk.licensed().face.status.list, desk.at + timedelta(minutes=2)
    supervisor = Actor("staff", "s-supervisor", LINYI, frozenset({"supervisor"}))
    with scope([LINYI]):
        assert not read_published(desk, name, desk.at).stopped
        (seal,) = seals.list_seals(region=LINYI, on=legal_day(desk.at))
        services.stop_seal(region=LINYI, seal_id=seal.id, reason="机构更名", by=supervisor, at=later)
        known = {digest_of(certificate) for certificate, _ in seals.list_stopped(region=LINYI)}
        stopped = read_published(desk, name, later).stopped
    assert len(known) == 2 and dict(stopped) == dict.fromkeys(known, later)


def read_published(desk: Desk, name: str, at: datetime) -> StatusList:
    token = publishing.publish_list(node=desk.linyi, list_id=name, at=at)
    return read_list(token, issuers=publishing.find_issuers())


@pytest.mark.parametrize("type_", [type_.id for type_ in list_types()])
def test_a_specimen_never_verifies(type_: str) -> None:
    content = make_specimen(get_type(type_), issuer="某某局", year=2026)
    with pytest.raises(Unreadable) as refused:
        read_shown(printing.print_specimen(content))
    assert refused.value.reason is Reason.SPECIMEN


def test_a_character_that_no_font_has_is_found_before_it_is_signed() -> None:
    content = make_specimen(get_type("hygiene-licence"), issuer="某某局", year=2026)
    rare = replace(content, fields=(replace(content.fields[0], value="\ue863"), *content.fields[1:]))
    assert isinstance(rare.fields[0], ContentField)
    printing.require_printable(content)
    with pytest.raises(GlyphMissing):
        printing.require_printable(rare)
