"""A field whose purpose, basis, retention or recipients are not written down is never published; what a peer published is still read."""

import pytest

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.publishing import find_gaps
from tongban.catalogue.reading import read_definition
from tongban.catalogue.services import publish
from tongban.catalogue.tests.factories import AT, EDITOR, LINYI, definition, document
from tongban.kernel.crypto import SUITES


@pytest.mark.parametrize("key", list_items())
def test_what_is_shipped_says_it_of_every_field(key):
    assert find_gaps(load_document(key, LINYI)) == []


@pytest.mark.parametrize("left_out", ["purpose", "basis", "retention", "recipients"])
def test_a_field_that_leaves_one_out_is_named(left_out):
    gappy = document()
    del gappy["fields"][1][left_out]
    assert [gap.path for gap in find_gaps(gappy)] == ["fields[treat.region]"]


def test_a_register_is_told_only_what_the_applicant_knows_it_is_told():
    telling = load_document("public-place-hygiene-licence", LINYI)
    business = next(source for source in telling["sources"] if source["id"] == "register:business")
    business["with"] = ["business.code", "place.area"]
    assert [gap.path for gap in find_gaps(telling)] == ["sources[register:business].with"]


def test_an_empty_basis_is_none():
    assert [gap.path for gap in find_gaps(document(data={**document()["data"], "basis": []}))] == ["data"]


@pytest.mark.usefixtures("scoped")
def test_it_is_not_published(linyi):
    gappy = document()
    del gappy["fields"][0]["purpose"], gappy["policy"]["retention_years"], gappy["materials"][0]["main"]
    with pytest.raises(BadDefinition) as refused:
        publish(node=linyi, region=LINYI, document=gappy, by=EDITOR, at=AT)
    paths = [fault.path for fault in refused.value.faults]
    assert paths == ["policy.retention_years", "fields[existing.region]", "materials[identity].main"]


def test_an_older_release_of_a_peer_did_not_say_it_and_is_read():
    old = document()
    for name in ("item_type", "data"):
        del old[name]
    for field in old["fields"]:
        for key in ("purpose", "basis", "retention", "recipients"):
            del field[key]
    read = read_definition(old, suite=SUITES[1], strict=False)
    assert (read.item_type, read.use, read.fields("cancel")[0].use) == ("public_service", None, None)


def test_every_field_carries_its_use():
    for situation in definition().situations.values():
        assert all(field.use and field.use.basis and field.use.recipients for field in situation.fields)
