"""Giving, accepting and ending mandates; what an agent sees and does; two clients in a row at one browser."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cast import LUO, SUN
from tests.web.citizens import PERMIT, PLEDGE, Phone, hidden_fields, text
from tests.web.helpers import ZHOU, act_for, give, given_by, mandated, signed_in
from tongban.cases import queries as cases
from tongban.cases.models import Case, Draft
from tongban.catalogue import queries as catalogue
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people import queries as people
from tongban.people.models import Mandate

pytestmark = pytest.mark.django_db
ITEM_URL = "/apply/remote-medical-filing"
EVERYTHING = ("see", "fill_in", "hand_in", "correct", "withdraw", "collect")


def ref_of(phone: Phone) -> str:
    with scope(phone.node.regions):
        citizen = people.find_citizen(node=phone.node, citizen_id=phone.client.session["citizen"])
    assert citizen
    return citizen.ref


def begin(helper: Phone) -> str:
    """The address of the draft that an agent opens."""
    helper.answer(PERMIT)
    page = helper.get(f"{ITEM_URL}/begin")
    return str(page.request["PATH_INFO"]).removesuffix("/form")


def hand_in(helper: Phone) -> str:
    draft = begin(helper)
    helper.fill(draft, **{"consent.residence_register": "yes"})
    done = helper.submit(draft)
    assert "/submitted" in str(done.request["PATH_INFO"]), text(done)
    return str(done.request["PATH_INFO"]).removesuffix("/submitted")


# Giving


def test_it_is_read_before_it_is_given_and_accepted_by_the_other(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    assert [view.state for view in given_by(phone, principal)] == ["active"]
    assert "提交申请" in text(principal.get(f"/mandates/{mandate}"))
    assert LUO.name in text(helper.get("/helping"))


def test_what_is_wrong_is_said_at_its_field(phone: Phone) -> None:
    principal = signed_in(phone, LUO)
    page = principal.post("/mandates/new", relation="child", name="", phone=SUN.phone, act="see", days="90")
    assert page.status_code == 422 and 'href="#name"' in text(page)
    page = principal.post("/mandates/new", relation="child", name=SUN.name, phone="12", act="see", days="90")
    assert page.status_code == 422 and 'href="#phone"' in text(page)


def test_after_five_minutes_a_code_comes_first(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    principal = signed_in(phone, LUO)
    session = principal.client.session
    session["citizen_since"] = (now() - timedelta(minutes=6)).isoformat()
    session.save()
    monkeypatch.setattr("tongban.people.limits.SMS_LIMITS", ((timedelta(seconds=60), 2), (timedelta(days=1), 10)))
    mandate = give(principal, SUN)
    assert given_by(phone, principal) == []
    with scope(phone.node.regions):
        code = people.find_shown_code(node=phone.node, flow=UUID(principal.client.session["proof_flow"]))
    assert principal.post(f"/mandates/{mandate}/code", code="000000" if code != "000000" else "1").status_code == 422
    principal.post(f"/mandates/{mandate}/code", code=code)
    assert [view.state for view in given_by(phone, principal)] == ["offered"]


def test_a_stranger_finds_no_mandate(phone: Phone) -> None:
    _, _, mandate = mandated(phone)
    stranger = signed_in(phone, ZHOU)
    assert stranger.get(f"/mandates/{mandate}").status_code == 404
    assert act_for(stranger, mandate).status_code == 404


# Acting


def test_every_page_says_for_whom(phone: Phone) -> None:
    _, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    for address in ("/", "/cases", f"{ITEM_URL}/places"):
        assert "您正在为罗建国代办" in text(helper.get(address))
    helper.post("/helping/leave")
    assert "您正在为" not in text(helper.get("/cases"))


def test_what_is_handed_in_is_the_principals_and_marked(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    address = hand_in(helper)
    with scope(phone.node.regions):
        assert Case.objects.get().owner == ref_of(principal)
    cases, case = text(principal.get("/cases")), text(principal.get(address))
    assert SUN.name in cases and "代办" in cases
    assert "提交申请" in case and f"/mandates/{mandate}" in case
    helper.post("/helping/leave")
    assert helper.get(address).status_code == 404, "the agent's own list is their own"


def test_the_event_names_an_agent_and_the_application_says_who(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    case_id = UUID(hand_in(helper).rpartition("/")[2])
    region = phone.node.regions[0]
    with scope(phone.node.regions):
        actor = exchange.list_events(region, case_id)[0].payload.actor
        by = Actor("citizen", ref_of(principal), region, frozenset({"citizen"}))
        view = cases.get_case(node=phone.node, region=region, case_id=case_id, by=by, at=now())
    assert actor == {"kind": "agent", "ref": ref_of(helper), "role": "agent"}
    assert view.applicant["name"] == LUO.name
    assert (view.agent["name"], view.agent["relation"], view.agent["mandate"]) == (SUN.name, "child", str(mandate))


def test_the_principal_takes_over_at_any_time(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    draft = begin(helper)
    helper.fill(draft, **{"consent.residence_register": "yes"})
    assert SUN.name in text(principal.get("/cases"))
    principal.post(f"/mandates/{mandate}/end")
    over = helper.post(f"{draft}/form", **{"filing.address": "changed"})
    assert over.status_code == 403 and "委托已经终止" in text(over)
    assert helper.get(f"{draft}/form").status_code == 404, "from then on the helper is only themselves"
    assert "济北街道演示路1号" in text(principal.get(f"{draft}/check"))
    done = principal.submit(draft)
    assert "/submitted" in str(done.request["PATH_INFO"])
    assert "由他人代办的" in text(principal.get(str(done.request["PATH_INFO"]).removesuffix("/submitted")))


def test_revoked_a_moment_before_it_is_handed_in(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    draft = begin(helper)
    helper.fill(draft, **{"consent.residence_register": "yes"})
    form = hidden_fields(helper.get(f"{draft}/check"))
    principal.post(f"/mandates/{mandate}/end")
    assert helper.post(f"{draft}/check", **form).status_code == 403
    with scope(phone.node.regions):
        assert not Case.objects.exists() and Draft.objects.count() == 1


# What the mandate does not list


def test_filling_in_is_not_handing_in(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone, LUO, SUN, "fill_in")
    act_for(helper, mandate)
    draft = begin(helper)
    helper.fill(draft, **{"consent.residence_register": "yes"})
    refused = helper.submit(draft)
    assert refused.status_code == 403 and "没有授权您代办“提交申请”" in text(refused)
    assert "/submitted" in str(principal.submit(draft).request["PATH_INFO"])


@pytest.mark.parametrize(("acts", "status"), [(("see",), 403), (("withdraw",), 302)])
def test_withdrawing(phone: Phone, acts: tuple[str, ...], status: int) -> None:
    principal, helper, mandate = mandated(phone, LUO, SUN, *acts)
    address = hand_in(principal)
    act_for(helper, mandate)
    assert ("撤回申请" in text(helper.get(address)).partition("您可以")[2]) == (status == 302)
    asked = helper.get(f"{address}/withdraw")
    assert (
        helper.client.post(f"{address}/withdraw", hidden_fields(asked) or {"cmd": str(UUID(int=1))}).status_code
        == status
    )


def test_seeing_is_not_filling_in(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone, LUO, SUN, "see")
    draft = begin(principal)
    act_for(helper, mandate)
    assert helper.get(draft).status_code == 200
    assert helper.get(f"{draft}/form").status_code == 403
    helper.answer(PERMIT)
    assert helper.get(f"{ITEM_URL}/begin").status_code == 403


def test_another_item_is_out_of_reach(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    address, draft = hand_in(principal), begin(principal)
    Mandate.objects.filter(id=mandate).update(items=["000000"])
    act_for(helper, mandate)
    assert [helper.get(page).status_code for page in (address, draft, f"{draft}/form")] == [404] * 3
    assert helper.get("/cases").context["cases"] == [] == helper.get("/cases").context["drafts"]
    helper.answer(PERMIT)
    assert helper.get(f"{ITEM_URL}/begin").status_code == 403


def test_one_case_and_no_other(phone: Phone) -> None:
    principal, helper = signed_in(phone, LUO), signed_in(phone, SUN)
    first, second = hand_in(principal), hand_in(principal)
    mandate = give(principal, SUN, "see", case=first.rpartition("/")[2])
    helper.post(f"/helping/{mandate}/accept")
    act_for(helper, mandate)
    assert (helper.get(first).status_code, helper.get(second).status_code) == (200, 404)
    assert len(helper.get("/cases").context["cases"]) == 1


def test_a_pledge_needs_express_authority(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    helper.answer(PLEDGE)
    draft = str(helper.get(f"{ITEM_URL}/begin").request["PATH_INFO"]).removesuffix("/form")
    refused = helper.fill(draft)
    assert refused.status_code == 422 and "没有授权您代签承诺" in text(refused)
    assert "济北街道演示路1号" in text(helper.get(f"{draft}/form")), "everything else is kept"
    assert helper.fill(draft, **{"pledge.signed": ""}).status_code == 200, "the rest can go on"
    assert "cmd" not in hidden_fields(helper.get(f"{draft}/check")), "and cannot be handed in"
    principal.fill(draft)
    assert "cmd" in hidden_fields(helper.get(f"{draft}/check"))
    helper.fill(draft, **{"filing.address": "别处 9 号"})
    assert "cmd" not in hidden_fields(helper.get(f"{draft}/check")), "what was pledged is not what stands there now"


def test_with_express_authority_an_agent_pledges(phone: Phone) -> None:
    _, helper, mandate = mandated(phone, LUO, SUN, "hand_in", "pledge")
    act_for(helper, mandate)
    helper.answer(PLEDGE)
    draft = str(helper.get(f"{ITEM_URL}/begin").request["PATH_INFO"]).removesuffix("/form")
    helper.fill(draft)
    assert "/submitted" in str(helper.submit(draft).request["PATH_INFO"])


@pytest.mark.parametrize("address", ["/me", "/mandates", "/mandates/new", "/companies"])
def test_a_persons_own_pages_stay_their_own(phone: Phone, address: str) -> None:
    _, helper, mandate = mandated(phone, LUO, SUN, *EVERYTHING)
    act_for(helper, mandate)
    page = helper.get(address)
    assert page.status_code == 403 and LUO.id_number not in text(page)


def test_an_agent_deletes_no_draft(phone: Phone) -> None:
    _, helper, mandate = mandated(phone, LUO, SUN, *EVERYTHING)
    act_for(helper, mandate)
    draft = begin(helper)
    assert helper.post(f"{draft}/discard").status_code == 403
    assert helper.get(draft).status_code == 200


# Two clients in a row


def test_the_next_client_finds_nothing_of_the_one_before(phone: Phone) -> None:
    _, helper, first = mandated(phone)
    neighbour = signed_in(phone, ZHOU)
    second = give(neighbour, SUN)
    helper.post(f"/helping/{second}/accept")
    act_for(helper, first)
    draft = begin(helper)
    key = helper.client.session.session_key
    page = act_for(helper, second)
    assert helper.client.session.session_key != key
    assert not [name for name in set(helper.client.session.keys()) if name.startswith("trip ")]
    assert ZHOU.name in text(page)
    for address in ("/", "/cases", f"{ITEM_URL}/places", "/helping"):
        shown = helper.get(address)
        assert LUO.id_number not in text(shown) and shown.headers["Cache-Control"] == "no-store"
        assert LUO.name not in text(shown).partition('id="clients"')[0]
    assert [helper.get(f"{draft}{step}").status_code for step in ("", "/form", "/check")] == [404] * 3
    helper.answer(PERMIT)
    assert ZHOU.name in text(helper.get(f"{begin(helper)}/check"))


def test_going_on_tells_the_browser_to_forget(phone: Phone) -> None:
    _, helper, mandate = mandated(phone)
    answer = helper.client.post(f"/helping/{mandate}/switch")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_page_of_the_former_client_sent_late_reaches_nobody(phone: Phone) -> None:
    _, helper, first = mandated(phone)
    second = give(signed_in(phone, ZHOU), SUN)
    helper.post(f"/helping/{second}/accept")
    act_for(helper, first)
    draft = begin(helper)
    act_for(helper, second)
    assert helper.fill(draft, **{"consent.residence_register": "yes"}).status_code == 404


def test_signing_out_works_when_the_mandate_is_over(phone: Phone) -> None:
    principal, helper, mandate = mandated(phone)
    act_for(helper, mandate)
    principal.post(f"/mandates/{mandate}/end")
    helper.post("/sign-out")
    assert "citizen" not in helper.client.session


def test_items_of_the_form_are_those_that_are_offered(phone: Phone) -> None:
    page = signed_in(phone, LUO).get("/mandates/new")
    item = catalogue.get_definition(catalogue.list_publications()[0].hash).item
    assert f'value="{item}"' in text(page)
