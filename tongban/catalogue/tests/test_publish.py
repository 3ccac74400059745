import dataclasses
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tongban.catalogue import queries
from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.history.timeline import list_steps
from tongban.catalogue.services import NotPublishedHere, VersionTaken, publish
from tongban.catalogue.tests.factories import AT, EDITOR, JIYANG, KEY, LINYI, definition, document
from tongban.kernel.actors import system
from tongban.kernel.refusals import Forbidden
from tongban.kernel.text import Text

pytestmark = pytest.mark.usefixtures("scoped")
TEXTS = {"name": {"zh": "异地就医备案（新）", "en": "Filing, new"}}


def publish_(node, **changes):
    return publish(node=node, region=LINYI, document=document(**changes), by=EDITOR, at=AT)


def test_a_publication_is_found_by_its_hash(linyi):
    published = publish_(linyi)
    assert published.hash == definition().hash
    assert (published.region, published.key, published.version, published.published_at) == (LINYI, KEY, 3, AT)
    assert queries.get_publication(published.hash) == published
    assert queries.get_definition(published.hash) == definition()


def test_publishing_again_changes_nothing(linyi):
    first = publish_(linyi)
    assert publish(node=linyi, region=LINYI, document=document(), by=EDITOR, at=AT + timedelta(days=1)) == first


def test_a_published_version_is_never_replaced(linyi):
    publish_(linyi)
    with pytest.raises(VersionTaken):
        publish_(linyi, **TEXTS)
    assert len(queries.list_publications(LINYI)) == 1


def test_the_version_in_force_is_the_latest_that_has_begun(linyi):
    first, second = publish_(linyi), publish_(linyi, version=4, valid_from="2027-01-01", **TEXTS)
    assert queries.find_in_force(KEY, LINYI, date(2026, 9, 30)) is None
    assert queries.find_in_force(KEY, LINYI, date(2026, 12, 31)).hash == first.hash
    assert queries.find_in_force(KEY, LINYI, date(2027, 1, 1)).hash == second.hash
    assert queries.find_in_force(KEY, JIYANG, date(2027, 1, 1)) is None
    assert [one.version for one in queries.list_publications()] == [4, 3]


def test_only_the_editor_of_the_region_publishes(linyi):
    for by in (dataclasses.replace(EDITOR, roles=frozenset({"examiner"})), dataclasses.replace(EDITOR, region=JIYANG)):
        with pytest.raises(Forbidden):
            publish(node=linyi, region=LINYI, document=document(), by=by, at=AT)


def test_the_node_itself_may_publish_what_is_shipped(linyi):
    assert publish(node=linyi, region=LINYI, document=document(), by=system(LINYI), at=AT).version == 3


def test_a_node_publishes_for_its_own_regions_only(node, linyi):
    with pytest.raises(NotPublishedHere):
        publish_(node)
    with pytest.raises(NotPublishedHere):
        publish(node=linyi, region=LINYI, document=document(JIYANG), by=EDITOR, at=AT)


def test_a_faulty_definition_is_not_published(linyi):
    with pytest.raises(BadDefinition):
        publish_(linyi, situations=[])
    assert queries.list_publications() == []


def test_an_unknown_hash_is_missing():
    with pytest.raises(queries.DefinitionUnknown):
        queries.get_definition("0" * 64)


@pytest.mark.parametrize("change", ["UPDATE {0} SET version = 9", "DELETE FROM {0}"])
def test_a_publication_stays_as_it_is(linyi, change):
    publish_(linyi)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("catalogue_publisheddefinition"))


def test_an_error_that_lint_finds_keeps_it_from_publication(linyi):
    points = [{**point, "basis": []} for point in document()["points"]]
    with pytest.raises(BadDefinition) as refused:
        publish_(linyi, points=points)
    assert {fault.path.partition(".")[2] for fault in refused.value.faults} == {"basis"}


def test_who_published_it_and_why_stays(linyi):
    reason = Text("首次发布", "First published")
    publish(node=linyi, region=LINYI, document=document(), by=EDITOR, at=AT, reason=reason)
    (step,) = list_steps(KEY, LINYI)
    assert (step.act, step.by, step.reason) == ("added", "s-editor", reason)
