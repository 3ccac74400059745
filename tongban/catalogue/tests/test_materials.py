from tongban.catalogue.tests.factories import definition


def demanded(situation, elements):
    return [demand.material.id for demand in definition().materials(situation, elements) if demand.demanded]


def test_with_consent_nothing_is_handed_in():
    assert demanded("long_term_permit", {"consent.residence_register": True}) == []


def test_without_consent_the_permit_is_uploaded():
    assert demanded("long_term_permit", {"consent.residence_register": False}) == ["residence-permit"]
    assert demanded("long_term_permit", {}) == ["residence-permit"]


def test_each_other_situation_asks_for_one_thing():
    assert demanded("long_term_pledge", {}) == ["pledge"]
    assert demanded("referral", {}) == ["referral-letter"]
    assert demanded("posted_document", {}) == ["posting-proof"]
    assert demanded("retired_document", {}) == ["household-own-page", "household-first-page"]


def test_only_what_is_no_main_material_may_be_tolerated_to_follow():
    named = {m.id: m.main for situation in definition().situations.values() for m in situation.materials}
    assert [id for id, main in named.items() if not main] == ["household-first-page"]


def test_what_is_not_demanded_says_why():
    waived = [demand for demand in definition().materials("referral", {}) if not demand.demanded]
    assert [demand.material.id for demand in waived] == ["identity", "filing-form"]
    assert all(demand.reason and demand.reason.zh and demand.reason.en for demand in waived)


def test_each_register_is_asked_only_for_what_the_situation_needs():
    assert definition().elements_of("register:residence", "long_term_pledge") == ("filing.address",)
    assert set(definition().elements_of("register:insured", "cancel")) == {
        "insured.region",
        "filing.active",
        "filing.active_since",
        "filing.active_term",
    }
    assert definition().elements_of("register:residence", "long_term_permit") == (
        "residence.registered",
        "filing.address",
    )
    assert set(definition().elements_of("register:insured", "referral")) == {
        "insured.status",
        "insured.region",
        "filing.duplicate",
    }
