"""Items of an agreement compared, graded, and on the to-do lists until they are settled."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance.comparing import compare_agreement, get_own_agreement, keep_to_do_lists, list_own_agreements
from tongban.alliance.tests.factories import agreement, found_alliance
from tongban.catalogue import settling
from tongban.catalogue.adopting import adopt_standard
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import list_publications
from tongban.catalogue.services import publish
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.text import Text

pytestmark = pytest.mark.usefixtures("scoped")
KEY = "disability-subsidies"
LIAISON = Actor("staff", "s-liaison", LINYI, frozenset({"liaison"}))
THREE = {"materials[household]": "stricter", "limits.promise": "harmless", "points[severe]": "contradiction"}
EVERYBODY = (JIYANG, LINYI, HUIMIN)


def differing(region=LINYI, **changes):
    """One material more, another promise, one rule otherwise."""
    document = load_document(KEY, region)
    situation, material = document["situations"][0], document["materials"][0]
    document["materials"] = [
        *document["materials"],
        material | {"id": "household", "name": {"zh": "户口簿", "en": "book"}},
    ]
    document["situations"] = [
        situation | {"materials": [*situation["materials"], "household"]}, *document["situations"][1:]
    ]  # fmt: skip
    document["limits"]["promise"] |= {"days": 3}
    point = next(one for one in document["points"] if one["id"] == "severe")
    point["conditions"] = ["cert.level == 1"]
    return document | changes


@pytest.fixture
def alliance(node, linyi, huimin, at):
    found_alliance((node, linyi, huimin), at)
    publish(node=node, region=JIYANG, document=load_document(KEY, JIYANG), by=system(JIYANG), at=at)
    publish(node=linyi, region=LINYI, document=differing(), by=system(LINYI), at=at)


def tasks():
    return {(one.place, one.path): one for one in settling.list_open_tasks(EVERYBODY)}


def test_exactly_these_three(alliance, at):
    [compared] = compare_agreement(get_own_agreement("jlh", [JIYANG], at), at)
    assert {one.path: one.grade for one in compared.differences} == THREE
    assert compared.places == (JIYANG, LINYI) and compared.standard is None
    assert compared.count() == {"contradiction": 1, "stricter": 1, "harmless": 1}


def test_an_agreement_compares_what_its_articles_name(alliance, at):
    named = agreement(at, articles=agreement(at).articles[:1])
    assert compare_agreement(named, at) == []
    with pytest.raises(Missing):
        get_own_agreement("jlh", ["110000"], at)
    assert list_own_agreements(["110000"], at) == [] and ITEM in named.articles[0].items


def test_what_burdens_people_is_a_task_since_it_was_found(alliance, at):
    for days in (0, 1):
        keep_to_do_lists(regions=[LINYI], at=at + timedelta(days=days))
    assert set(tasks()) == {(LINYI, "materials[household]"), (LINYI, "points[severe]")}
    assert {one.since for one in tasks().values()} == {at}


def test_it_is_settled_by_declaring_or_by_coming_back(alliance, linyi, at):
    keep_to_do_lists(regions=[LINYI], at=at)
    hash = list_publications(JIYANG, key=KEY)[0].hash
    why = Text("试点", "a pilot")
    adopt_standard(
        node=linyi, region=LINYI, key=KEY, definition=hash, reasons={"materials[household]": why, "points[severe]": why},
        by=system(LINYI), at=at,
    )  # fmt: skip
    keep_to_do_lists(regions=[LINYI], at=at + timedelta(days=1))
    assert not tasks()
    assert {one.outcome for one in settling.list_settled_tasks(EVERYBODY)} == {"declared"}
    [compared] = compare_agreement(agreement(at), at)
    assert compared.standard.definition == hash and compared.astray == ()


def test_coming_back_to_the_others_settles_it(alliance, linyi, at):
    keep_to_do_lists(regions=[LINYI], at=at)
    document = load_document(KEY, LINYI) | {"version": 9, "valid_from": at.date().isoformat()}
    publish(node=linyi, region=LINYI, document=document, by=system(LINYI), at=at)
    keep_to_do_lists(regions=[LINYI], at=at)
    assert {one.outcome for one in settling.list_settled_tasks(EVERYBODY)} == {"aligned"}
    keep_to_do_lists(regions=[], at=at)
    assert settling.list_open_tasks(EVERYBODY) == []


def test_a_note_says_what_is_being_done_and_settles_nothing(alliance, at):
    keep_to_do_lists(regions=[LINYI], at=at)
    task = next(iter(tasks().values()))
    known = {"task": task.id, "places": [LINYI], "at": at}
    settling.note_task(**known, note="已请卫健局修改", by=LIAISON)
    assert tasks()[task.place, task.path].note == "已请卫健局修改"
    with pytest.raises(settling.NoteUnusable):
        settling.note_task(**known, note=" ", by=LIAISON)
    with pytest.raises(Missing):
        settling.note_task(**known | {"places": [JIYANG]}, note="x", by=LIAISON)
    with pytest.raises(Forbidden):
        settling.note_task(**known, note="x", by=Actor("staff", "s-x", LINYI, frozenset({"examiner"})))
