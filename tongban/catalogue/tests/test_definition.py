"""What the flagship says of itself."""

import json
from datetime import date
from pathlib import Path

from tongban.catalogue.checks import SCHEMA
from tongban.catalogue.reading import content_hash
from tongban.catalogue.tests.factories import definition, document
from tongban.kernel.crypto import SUITES

GOLDEN = "9601bc5033ea51a055d9dc0555bea36eb823f52b9ecddecc7404d33fc2b79ff6"
REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "service-definition.md"


def test_a_published_version_never_changes_its_content():
    told = "the content changed: raise `version` in the layer, then note the new hash here"
    assert definition().hash == GOLDEN, told


def test_the_hash_does_not_depend_on_the_order_of_keys():
    turned = dict(reversed(document().items()))
    assert content_hash(turned, suite=SUITES[1]) == definition().hash


def test_it_is_decided_by_rule_or_by_one_examiner_and_pushed_to_the_platform():
    policy = definition().policy
    assert (policy.acceptance, policy.automatic_decision, policy.single_examiner) == ("automatic", True, True)
    assert definition().effect == "insurance-platform"


def test_limits_are_working_days_and_marked():
    limits = definition().limits
    assert (limits.counter.days, limits.promise.days, limits.tell_missing.days, limits.legal) == (0, 2, 5, None)
    assert not limits.promise.verified


def test_what_the_life_of_a_case_reads_is_there():
    limits = definition().limits
    assert (limits.correct.days, limits.tolerate.days, limits.extend) == (15, 15, None)
    assert (definition().item_type, definition().policy.retention_years) == ("public_service", 10)


def test_a_pledge_is_followed_up_after_six_months():
    follow_up = definition().situations["posted_pledge"].follow_up
    assert (follow_up.material, follow_up.due_on(date(2026, 8, 31))) == ("posting-proof", date(2027, 2, 28))
    assert not follow_up.verified and follow_up.overdue.zh and follow_up.task.en
    pledged = {id for id, one in definition().situations.items() if one.follow_up}
    assert pledged == {"retired_pledge", "long_term_pledge", "posted_pledge"}


def test_what_a_situation_does_to_the_filings_is_said():
    effects = {id: one.effect for id, one in definition().situations.items() if one.effect != "add"}
    assert effects == {"change": "change", "correct": "correct", "cancel": "cancel", "supply": "supply"}
    assert {one.term for one in definition().situations.values() if one.effect in ("add", "change")} == {
        "long",
        "temporary",
    }


def test_remedies_from_memory_are_marked():
    assert [remedy.id for remedy in definition().remedies] == ["reconsideration", "litigation"]
    assert not any(remedy.verified for remedy in definition().remedies)


def test_every_key_of_the_schema_is_described():
    described = REFERENCE.read_text(encoding="utf-8")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    named = {*schema["properties"], *(key for part in schema["$defs"].values() for key in part.get("properties", {}))}
    assert [key for key in sorted(named) if f"`{key}`" not in described] == []
