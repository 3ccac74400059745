"""A place agrees to a standard by naming it, and declares what it does otherwise; what is not declared is not published."""

from datetime import date, timedelta

import pytest

from tongban.catalogue import queries
from tongban.catalogue.adopting import DeviationUnexplained, NothingToAdopt, PlannedOtherwise, adopt_standard
from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.deviating import put_standard, read_standard
from tongban.catalogue.history.comparing import compare_documents
from tongban.catalogue.lint.published import lint_published
from tongban.catalogue.queries import DefinitionUnknown
from tongban.catalogue.services import StandardNotKept, publish
from tongban.catalogue.standards import find_deviations, list_standards
from tongban.catalogue.tests.factories import AT, EDITOR, JIYANG, KEY, LINYI, document
from tongban.kernel.actors import system
from tongban.kernel.text import Text

pytestmark = pytest.mark.usefixtures("scoped")
WHY = Text("本地医保系统尚未接入", "The local insurance system is not connected yet")
PATH = "limits.promise"


def slower(**changes):
    """临邑 promises five days more than 济阳, and answers another phone."""
    made = document(**changes)
    limits = {**made["limits"], "promise": {**made["limits"]["promise"], "days": made["limits"]["promise"]["days"] + 5}}
    contacts = [{"id": "phone", "name": {"zh": "0534-0000000", "en": "0534-0000000"}}]
    return {**made, "limits": limits, "contacts": contacts}


@pytest.fixture
def standard(node, linyi):
    """临邑's own first version, and what 济阳 published."""
    published = publish(node=node, region=JIYANG, document=document(JIYANG), by=system(JIYANG), at=AT)
    publish(node=linyi, region=LINYI, document=slower(), by=EDITOR, at=AT)
    return published.hash


def adopt(linyi, definition, days=0, **reasons):
    given = {PATH if name == "limit" else name: reason for name, reason in reasons.items()}
    at = AT + timedelta(days=days)
    return adopt_standard(node=linyi, region=LINYI, key=KEY, definition=definition, reasons=given, by=EDITOR, at=at)


def test_what_is_not_declared_keeps_it_from_publication(linyi, standard):
    with pytest.raises(BadDefinition) as refused:
        adopt(linyi, standard)
    assert [fault.path for fault in refused.value.faults] == [PATH]


def test_a_declared_deviation_is_published_with_its_reason(linyi, standard):
    published = adopt(linyi, standard, limit=WHY)
    made = queries.get_definition(published.hash).document
    assert made["deviations"] == [{"path": PATH, "reason": WHY.as_json()}]
    assert read_standard(made).definition == standard
    assert lint_published(published.hash)[0].severity != "error"
    [first, *_] = list_standards(KEY, on=date(2026, 11, 20))
    assert (first.standard.definition, first.followers) == (standard, (LINYI,))


def test_a_reason_must_be_given_and_fit(linyi, standard):
    for words in ("  ", "长" * 501):
        with pytest.raises(DeviationUnexplained):
            adopt(linyi, standard, limit=Text(words, words))
    with pytest.raises(DefinitionUnknown):
        adopt(linyi, "0" * 64)


def test_adopting_twice_changes_nothing(linyi, standard):
    adopt(linyi, standard, limit=WHY)
    with pytest.raises(NothingToAdopt):
        adopt(linyi, standard, days=1, limit=WHY)


def test_a_change_of_content_does_not_leave_the_standard(linyi, standard):
    adopt(linyi, standard, limit=WHY)
    with pytest.raises(StandardNotKept):
        publish(node=linyi, region=LINYI, document=slower(version=9), by=EDITOR, at=AT)
    left = adopt(linyi, "", days=1)
    assert "standard" not in queries.get_definition(left.hash).document
    publish(node=linyi, region=LINYI, document=slower(version=9, valid_from="2026-12-01"), by=EDITOR, at=AT)


def test_a_later_change_that_departs_further_is_refused(linyi, standard):
    made = dict(queries.get_definition(adopt(linyi, standard, limit=WHY).hash).document)
    made["limits"] = {**made["limits"], "correct": {**made["limits"]["correct"], "days": 1}}
    with pytest.raises(BadDefinition) as refused:
        publish(node=linyi, region=LINYI, document={**made, "version": 8}, by=EDITOR, at=AT)
    assert [fault.path for fault in refused.value.faults] == ["limits.correct"]


def test_what_is_planned_is_not_overtaken(linyi, standard):
    publish(node=linyi, region=LINYI, document=slower(version=7, valid_from="2027-01-01"), by=EDITOR, at=AT)
    with pytest.raises(PlannedOtherwise):
        adopt(linyi, standard, limit=WHY)


def test_an_idle_declaration_and_a_wrong_standard_are_told(linyi, standard):
    named = read_standard(queries.get_definition(adopt(linyi, standard, limit=WHY).hash).document)
    idle = put_standard(slower(), named, {PATH: WHY, "fee": WHY}, layer=LINYI)
    assert [(one.field, one.severity) for one in find_deviations(idle)] == [("deviations[fee]", "warning")]
    other = put_standard({**slower(), "key": "other"}, named, {}, layer=LINYI)
    assert [one.field for one in find_deviations(other)] == ["standard"]


def test_the_history_tells_it(linyi, standard):
    before = queries.find_in_force(KEY, LINYI, date(2026, 11, 20)).document
    after = queries.get_definition(adopt(linyi, standard, limit=WHY).hash).document
    assert [one.path for one in compare_documents(before, after)] == ["standard", "deviations"]
