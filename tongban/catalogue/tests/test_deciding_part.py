"""Which change of a document needs a rehearsal, and that rules in which something is senseless are not published."""

import pytest

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.publishing import decides_otherwise
from tongban.catalogue.services import publish
from tongban.catalogue.tests.factories import AT, EDITOR, LINYI, document, item


def changed(**values):
    after = document()
    item(after, "points", "residence").update(values)
    return after


@pytest.mark.parametrize(
    "values",
    [
        {"conditions": ["!residence.registered"]},
        {"on_unknown": "ask"},
        {"mode": "not"},
        {"demand": []},
    ],
    ids=str,
)
def test_what_a_case_hangs_on_is_rehearsed(values):
    assert decides_otherwise(changed(**values), than=document())


def test_words_and_what_holds_anyway_are_not():
    same = changed(
        label={"zh": "居住", "en": "Living there"}, mode="all", on_false="refer", basis=["social-insurance-law"]
    )
    assert not decides_otherwise(same, than=document())


def test_a_decision_by_rules_where_a_person_decided_is_rehearsed():
    after = document()
    after["policy"]["automatic_decision"] = not after["policy"]["automatic_decision"]
    assert decides_otherwise(after, than=document())


@pytest.mark.django_db
def test_a_rule_that_can_never_be_met_is_not_published(linyi):
    senseless = changed(conditions=["residence.registered && !residence.registered"])
    with pytest.raises(BadDefinition) as refused:
        publish(node=linyi, region=LINYI, document=senseless, by=EDITOR, at=AT)
    assert [fault.path for fault in refused.value.faults] == ["points[residence]"]
