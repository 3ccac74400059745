"""A file is checked, its report looked at, then taken; reports are kept and a second run changes nothing."""

import json
from datetime import timedelta

import pytest

from tongban.catalogue.importing.reports import (
    AlreadyTaken,
    FileGone,
    check_file,
    forget_files,
    get_report,
    list_reports,
    take_file,
)
from tongban.catalogue.importing.storing import list_item_versions
from tongban.catalogue.tests.factories import AT, EDITOR, LINYI
from tongban.catalogue.tests.guides import guide
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden

pytestmark = pytest.mark.django_db
KEY = ("template", "002099001001-01")
UNKNOWN = {"doScope": "全宇宙", "transactLevel": "九级", "typeName": "行政许诺", "isCharge": "也许", "新字段": [1]}
"""A held-back file of the same format: words nobody has seen."""


def check(*documents, at=AT):
    raw = json.dumps(list(documents), ensure_ascii=False).encode()
    return check_file(raw=raw, name="held-back.json", by=EDITOR, at=at).report


def stored(report):
    return [one.get("stored") for one in get_report(report)[1]]


def test_checking_takes_nothing():
    report = check(guide())
    found, [entry] = get_report(report)
    assert (entry["status"], entry["key"], entry["findings"]) == ("taken", KEY[1], [])
    assert found.can_be_taken and found.counts == {"taken": 1} and list_item_versions(*KEY) == []


def test_what_was_checked_is_taken_and_a_second_run_changes_nothing():
    for act in ("added", "unchanged"):
        report = check(guide())
        take_file(report=report, by=EDITOR, at=AT)
        assert stored(report) == [act] and get_report(report)[0].counts["stored"] == {act: 1}
    assert len(list_item_versions(*KEY)) == 1 and len(list_reports()) == 2


def test_unknown_words_end_in_the_report_and_not_in_a_crash():
    report = check(guide(**UNKNOWN), guide(rightsCode="x"), {"nothing": "known"})
    odd, *refused = get_report(report)[1]
    assert odd["status"] == "taken_with_findings" and UNKNOWN.keys() <= {one["field"] for one in odd["findings"]}
    assert [one["status"] for one in refused] == ["refused", "refused"]
    take_file(report=report, by=EDITOR, at=AT)
    assert stored(report) == ["added", "refused", "refused"]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"{", b"PK\x03\x04 no workbook"])
def test_a_bad_file_is_a_report_too(raw):
    report = check_file(raw=raw, name="a" * 500, by=EDITOR, at=AT).report
    found, [entry] = get_report(report)
    assert entry["status"] == "refused" and not found.can_be_taken


def test_it_is_taken_once_and_not_for_ever():
    taken, old = check(guide()), check(guide(ywCode="02"), at=AT - timedelta(days=8))
    take_file(report=taken, by=EDITOR, at=AT)
    with pytest.raises(AlreadyTaken):
        take_file(report=taken, by=EDITOR, at=AT)
    forget_files(at=AT)
    with pytest.raises(FileGone):
        take_file(report=old, by=EDITOR, at=AT)
    assert not get_report(old)[0].can_be_taken


def test_only_an_editor_takes_anything():
    examiner = Actor("staff", "s-x", LINYI, frozenset({"examiner"}))
    with pytest.raises(Forbidden):
        check_file(raw=b"{}", name="x", by=examiner, at=AT)
