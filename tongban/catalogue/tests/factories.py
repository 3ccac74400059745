"""The flagship service at 临邑, and the facts of Mr Luo's case."""

import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tongban.catalogue.definition import Definition
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import SUITES
from tongban.rules.facts import Fact, Value

KEY = "remote-medical-filing"
JIYANG, LINYI = "370115", "371424"
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = "2026-11-20"
EDITOR = Actor("staff", "s-editor", LINYI, frozenset({"catalogue_editor"}))


@cache
def _document(region: str) -> dict[str, Any]:
    return load_document(KEY, region)


def document(region: str = LINYI, **changes: Any) -> dict[str, Any]:
    """A copy of the merged document, with top-level values replaced."""
    return {**copy.deepcopy(_document(region)), **changes}


@cache
def definition() -> Definition:
    return read_definition(document(), suite=SUITES[1])


def item(document: dict[str, Any], name: str, id: str) -> dict[str, Any]:
    return next(one for one in document[name] if one["id"] == id)


def facts(sources: dict[str, dict[str, Value]]) -> dict[str, Fact]:
    """Source → element → value, ranked as the definition says."""
    given = [Fact(name, value, source, AT) for source, values in sources.items() for name, value in values.items()]
    return definition().best_facts(given)


SYSTEM: dict[str, Value] = {
    "today": TODAY,
    "case.submitted_on": TODAY,
    "case.deciding_region": LINYI,
    "regions.same_pooling_area": False,
    "regions.same_province": True,
    "filing.place": "370100",
}
INSURED: dict[str, Value] = {
    "insured.status": "normal",
    "insured.region": LINYI,
    "filing.duplicate": False,
    "filing.proof_overdue": False,
}
FORM: dict[str, Value] = {"treat.region": JIYANG, "filing.start_on": TODAY, "filing.address": "济北街道某小区1号楼"}


def luo(**sources: dict[str, Value]) -> dict[str, Fact]:
    """Mr Luo, identified, insured at 临邑; more facts by source (`register_residence` for `register:residence`)."""
    base = {
        "system": SYSTEM,
        "verified": {"applicant.identity_checked": True},
        "register:insured": INSURED,
        "declared": FORM,
    }
    named = {
        name.replace("_", ":", 1) if name.startswith("register") else name: values for name, values in sources.items()
    }
    return facts({source: {**base.get(source, {}), **named.get(source, {})} for source in {**base, **named}})
