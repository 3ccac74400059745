"""What the ordinary way still needs of a hotel whose pledge ended: all that nobody has given, nothing twice, nothing a register may spare."""

from tongban.cases.services.ordinary_way import list_missing, list_missing_papers
from tongban.catalogue.definition import Definition
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES

STATED = {
    "business.name": "临邑旅店", "business.code": "9" * 18, "premises.region": "371424", "premises.address": "迎宾路 1 号", "place.area": 300,
    "place.rooms": 12, "cups.kind": "reused", "disinfection.room": "separate", "disinfection.products": 2, "hygiene.system": True,
    "hygiene.manager": "王晓梅", "staff.serving": 6, "staff.certified": 6, "fire.pledged": True, "pledge.signed": True,
}  # fmt: skip


def hotel() -> Definition:
    return read_definition(load_document("public-place-hygiene-licence", "371424"), suite=SUITES[1])


def test_questions_of_the_ordinary_way_that_nobody_has_answered() -> None:
    fields, _ = list_missing(hotel(), "new_ordinary", {"elements": STATED, "materials": []})
    assert fields == ["place.beds", "water.kind", "water.result", "air.kind", "air.report_on", "test.report_on"]


def test_papers_of_the_ordinary_way_but_none_that_a_register_may_spare() -> None:
    _, materials = list_missing(hotel(), "new_ordinary", {"elements": STATED, "materials": []})
    assert {"plan", "test-report", "premises-proof", "hygiene-system"} <= set(materials)
    assert not {"mandate", "health-certificates", "business-licence"} & set(materials)


def test_what_is_there_is_not_asked_again() -> None:
    municipal = STATED | {"water.kind": "municipal", "air.kind": "none"}
    brought = [{"id": "plan", "ref": {"cipher": "c"}}]
    missing = list_missing_papers(hotel(), "new_ordinary", {"elements": municipal, "materials": brought})
    assert {"plan", "water-report", "air-report"}.isdisjoint(one.id for one in missing)


def test_where_nothing_is_missing_the_form_is_looked_at_again() -> None:
    stated = {"licence.number": "1", "business.code": "9" * 18, "change.what": "name", "change.text": "新名"}
    assert list_missing(hotel(), "change", {"elements": stated, "materials": []}) == (list(stated), [])
