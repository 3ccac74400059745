"""A guide says what the definition says, and claims only what somebody has checked."""

from tongban.catalogue.definition import Definition
from tongban.catalogue.guides.guide import find_ways, list_issuing, write_guide
from tongban.catalogue.guides.wording import list_claims
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import build_definition
from tongban.catalogue.tests.factories import LINYI, TODAY, definition, document, item
from tongban.kernel.text import Text


def of(key: str) -> Definition:
    return build_definition(load_document(key, LINYI), hash="")


def changed(**values: object) -> Definition:
    return build_definition(document(**values), hash="")


def test_every_situation_and_every_end_is_reached_by_some_answers() -> None:
    one = definition()
    reached = {f"{kind}:{id}" for kind, id in find_ways(one)}
    told = {f"situation:{id}" for id in one.situations} | {f"answer:{id}" for id in one.answers}
    assert reached <= told and {f"situation:{id}" for id in one.situations} <= reached


def test_a_paper_is_waived_needed_or_may_be_spared_as_on_the_start_page() -> None:
    guide = write_guide(definition(), "online", known={"today": TODAY})
    permit = next(one for one in guide.situations if one.situation.id == "long_term_permit")
    states = {one.wanted.material.id: (one.wanted.state, bool(one.wanted.why)) for one in permit.materials}
    assert states["identity"] == ("waived", True) and states["residence-permit"] == ("needed", True)


def test_a_pledge_shows_its_words() -> None:
    guide = write_guide(definition(), "online")
    pledge = next(one for one in guide.situations if one.situation.id == "long_term_pledge")
    [template] = [one.template for one in pledge.materials if one.template]
    assert template.zh.startswith("本人在参保地以外长期居住或者工作")


def test_limits_are_sentences_with_their_days_and_marks() -> None:
    limits = write_guide(definition(), "online").limits
    assert "2 个工作日" in limits[0].text.zh and not limits[0].verified
    assert all("{" not in limit.text.zh + limit.text.en for limit in limits)


def test_a_paper_leads_to_the_item_that_issues_it() -> None:
    one = of("disability-subsidies")
    assert list_issuing(one) == {"disability-certificate"}
    name = Text("残疾人证新办", "First disability certificate")
    guide = write_guide(one, "online", issuing={"disability-certificate": name})
    found = {m.wanted.material.id: m.issuing for m in guide.situations[0].materials if m.issuing}
    assert found == {"certificate": name}


def test_nothing_is_claimed_that_was_not_checked() -> None:
    claims = [claim.zh for claim in list_claims(definition())]
    assert claims == ["可以全程网办，不用到窗口", "不收费", "核验一致的，马上办好"]
    doubted = document(fee={"fen": 0, "verified": False})
    item(doubted, "modes", "online")["verified"] = False
    doubted["limits"]["counter"]["verified"] = False
    assert list_claims(build_definition(doubted, hash="")) == ()


def test_a_fee_is_never_called_free() -> None:
    assert "不收费" not in [claim.zh for claim in list_claims(changed(fee={"fen": 500, "verified": True}))]
