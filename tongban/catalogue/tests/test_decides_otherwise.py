"""What of a definition decides: when that changes, the change is rehearsed first."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.cast import LINYI
from tongban.catalogue.layers import load_document
from tongban.catalogue.publishing import decides_otherwise

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    """The hotel licence: it has a pledge, checks, materials and an effect."""
    return deepcopy(dict(load_document("public-place-hygiene-licence", LINYI)))


def unwaived(document: Document) -> Document:
    return next(one for one in document["materials"] if "waived" not in one)


def pledged(document: Document) -> Document:
    return next(one for one in document["situations"] if "pledge" in one)


DECIDING: dict[str, Callable[[Document], object]] = {
    "automatic": lambda it: it["policy"].update(automatic_decision=not it["policy"]["automatic_decision"]),
    "acceptance": lambda it: it["policy"].update(acceptance="other"),
    "single examiner": lambda it: it["policy"].update(single_examiner=not it["policy"]["single_examiner"]),
    "precheck": lambda it: it["policy"].update(precheck=True),
    "sampling": lambda it: it["policy"].update(sampling={"one_in": 999}),
    "effect": lambda it: it.update(effect="other"),
    "effect of a situation": lambda it: it["situations"][0].update(effect="cancel"),
    "bar": lambda it: pledged(it)["pledge"].update(bar="other"),
    "replaced": lambda it: pledged(it)["pledge"].update(replaces=[]),
    "pledge": lambda it: pledged(it).pop("pledge"),
    "waived": lambda it: unwaived(it).update(waived={"zh": "免", "en": "waived"}),
    "waived when": lambda it: it["materials"][0].update(waived_when="true"),
    "material": lambda it: it["situations"][0].update(materials=[]),
    "check": lambda it: it["checks"][0].update(when="true"),
    "checks": lambda it: it.update(checks=[]),
    "condition": lambda it: it["points"][0].update(conditions=["true"]),
}
"""Each a change under which a case could come out otherwise."""
WORDS: dict[str, Callable[[Document], object]] = {
    "verified": lambda it: it["policy"].update(verified=not it["policy"]["verified"]),
    "retention": lambda it: it["policy"].update(retention_years=99),
    "what is usual": lambda it: it["policy"].update(precheck=False),
    "notice": lambda it: pledged(it)["pledge"].update(notice={"zh": "告知", "en": "notice"}),
    "name": lambda it: it["materials"][0].update(name={"zh": "材料", "en": "material"}),
    "text of a check": lambda it: it["checks"][0].update(text={"zh": "不对", "en": "wrong"}),
    "version": lambda it: it.update(version=99, valid_from="2099-01-01"),
}


@pytest.mark.parametrize("change", DECIDING.values(), ids=DECIDING)
def test_what_decides(document: Document, change: Callable[[Document], object]) -> None:
    before = deepcopy(document)
    change(document)
    assert decides_otherwise(document, than=before)


@pytest.mark.parametrize("change", WORDS.values(), ids=WORDS)
def test_what_is_only_words(document: Document, change: Callable[[Document], object]) -> None:
    before = deepcopy(document)
    change(document)
    assert document != before or change is WORDS["what is usual"]
    assert not decides_otherwise(document, than=before)
