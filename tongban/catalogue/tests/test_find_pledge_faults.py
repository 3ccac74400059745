"""告知承诺 only for items on the published list, never where law excludes it, always with the ordinary way beside it."""

import re

import pytest

from tongban.catalogue.layers import load_document
from tongban.catalogue.pledges import REGIMES, find_pledge_faults, get_pledge_list, hash_of_words
from tongban.catalogue.publishing import find_gaps
from tongban.catalogue.reading import read_definition
from tongban.catalogue.tests.factories import item
from tongban.kernel.crypto import SUITES

HOTEL, FILING = "public-place-hygiene-licence", "remote-medical-filing"
WAY = "situations[new_pledge].pledge"


def hotel(region="371424"):
    return load_document(HOTEL, region)


def paths(document):
    return [fault.path for fault in find_pledge_faults(document)]


def pledge(document):
    return item(document, "situations", "new_pledge")["pledge"]


def test_what_is_shipped_may_be_published_where_the_list_holds():
    assert [paths(load_document(key, "371424")) for key in (HOTEL, FILING)] == [[], []]


def test_an_item_that_is_not_on_the_list_of_the_place_is_not_published():
    assert WAY in paths(hotel("110101"))
    assert WAY in [gap.path for gap in find_gaps(hotel("110101"))]


@pytest.mark.parametrize("ground", [ground.id for ground in get_pledge_list().grounds])
def test_where_law_excludes_it_no_list_helps(ground):
    document = {**hotel(), "pledge_excluded": [ground]}
    assert paths(document) == [WAY]


def test_whether_law_excludes_it_must_be_said():
    document = hotel()
    del document["pledge_excluded"]
    assert paths(document) == ["pledge_excluded"]


def test_a_ground_that_no_law_knows_is_no_ground():
    assert "pledge_excluded" in paths({**hotel(), "pledge_excluded": ["taste"]})


def test_the_regime_of_business_licences_is_for_licences():
    document = hotel()
    document["kind"] = "service"
    assert f"{WAY}.regime" in paths(document)


def test_a_pledge_replaces_only_what_the_list_says():
    document = hotel()
    pledge(document)["replaces"].append("identity")
    assert paths(document) == [f"{WAY}.replaces"]


def test_who_may_not_pledge_is_looked_at_and_has_the_ordinary_way():
    document = hotel()
    item(document, "situations", "new_pledge")["points"].remove("not-barred")
    pledge(document)["instead"] = "cancel"
    assert paths(document) == [f"{WAY}.bar", f"{WAY}.instead"]


def test_the_pledge_is_signed_on_a_main_material_and_read_by_a_point():
    document = hotel()
    item(document, "materials", "notice-and-pledge")["main"] = False
    item(document, "situations", "new_pledge")["points"].remove("pledge")
    assert paths(document) == [f"{WAY}.field", f"{WAY}.field", "materials[notice-and-pledge].main"]


def test_what_was_pledged_is_checked_or_brought_afterwards():
    document = hotel()
    del item(document, "situations", "new_pledge")["post_check"]
    assert paths(document) == [WAY]


def test_a_result_that_rests_on_a_pledge_does_not_hide_it():
    document = hotel()
    del item(document, "situations", "new_pledge")["pledge"]
    assert paths(document) == ["situations[new_pledge]"]


def test_nothing_may_follow_where_every_material_is_a_main_one():
    document = hotel()
    for material in document["materials"]:
        material["main"] = True
    assert paths(document) == ["limits.tolerate"]


def test_the_hash_names_what_was_told_and_what_was_signed():
    first = read_definition(hotel(), suite=SUITES[1])
    changed = hotel()
    pledge(changed)["notice"]["zh"] += "。"
    other = read_definition(changed, suite=SUITES[1])
    hashes = [hash_of_words(one.situation("new_pledge"), suite=SUITES[1]) for one in (first, other)]
    assert hashes[0] != hashes[1] and all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
    assert hash_of_words(first.situation("new_ordinary"), suite=SUITES[1]) == ""


def test_the_list_marks_what_is_not_verified_and_knows_both_regimes():
    known = get_pledge_list()
    assert {entry.regime for entry in known.entries} == set(REGIMES)
    assert not known.verified and not any(one.verified for one in (*known.entries, *known.grounds))
