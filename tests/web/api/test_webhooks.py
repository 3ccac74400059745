"""Webhooks from what happens to what is delivered."""

import json
from datetime import timedelta

import pytest

from tests.cast import ITEM, JIYANG, LINYI
from tests.web.api.conftest import Caller, Systems, application
from tongban.catalogue.layers import load_document
from tongban.catalogue.services import publish
from tongban.clients import jobs
from tongban.clients import services as clients
from tongban.clients.models import WebhookDelivery
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.project import schedule

pytestmark = pytest.mark.django_db


def subscribe(caller: Caller, *events: str, region: str = JIYANG) -> str:
    hook = caller.post("webhooks", {"region": region, "url": "http://localhost:1/hook", "events": list(events)})
    assert hook.status_code == 201 and hook.json()["secret"]
    return str(hook.json()["id"])


def test_what_happens_to_an_own_case_is_queued_and_listed(systems: Systems) -> None:
    partner = systems.partner()
    hook = subscribe(partner, "cases.withdrawn")
    case = partner.post("cases", application()).json()["id"]
    partner.post(f"cases/{case}/withdraw")
    [delivery] = partner.get(f"webhooks/{hook}/deliveries").json()["items"]
    assert (delivery["case"], delivery["event"], delivery["state"]) == (case, "cases.withdrawn", "waiting")


def test_what_did_not_arrive_is_tried_again_by_schedule(systems: Systems) -> None:
    partner = systems.partner()
    hook = subscribe(partner, "cases.withdrawn")
    partner.post(f"cases/{partner.post('cases', application()).json()['id']}/withdraw")
    delivery = partner.get(f"webhooks/{hook}/deliveries").json()["items"][0]["id"]
    jobs.deliver(region=JIYANG, delivery=delivery)
    tried = partner.get(f"webhooks/{hook}/deliveries").json()["items"][0]
    assert (tried["attempts"], tried["outcome"]) == (1, "unreachable")
    schedule.deliver_due(timestamp=0)
    with scope([JIYANG]):
        assert clients.list_due(at=now() + timedelta(minutes=1)) != []


def test_an_office_is_told_of_every_case_of_its_region(systems: Systems) -> None:
    office = systems.office()
    hook = subscribe(office, "cases.taken_over", region=office.node.regions[0])
    systems.desks.taken_over()
    assert len(office.get(f"webhooks/{hook}/deliveries").json()["items"]) == 1
    assert office.get("webhooks").json()["items"][0]["whole_region"]


def test_a_webhook_ends(systems: Systems) -> None:
    partner = systems.partner()
    hook = subscribe(partner, "cases.withdrawn")
    assert partner.delete(f"webhooks/{hook}").status_code == 204
    assert partner.delete(f"webhooks/{hook}").status_code == 404


@pytest.mark.parametrize("url", ["http://partner.example/hook", "https://10.0.0.1/hook", "https://user@localhost/"])
def test_it_leads_nowhere_that_was_not_allowed(systems: Systems, url: str) -> None:
    answer = systems.partner().post("webhooks", {"region": JIYANG, "url": url, "events": ["cases.accepted"]})
    assert answer.status_code == 422 and answer.json()["type"].endswith("address-refused")


def test_a_change_of_the_catalogue_is_told_to_who_subscribed(systems: Systems) -> None:
    partner = systems.partner()
    hook, other = subscribe(partner, "catalogue.changed"), subscribe(partner, "catalogue.withdrawn")
    node = systems.desks.linyi
    document = load_document(ITEM, LINYI) | {
        "version": 9,
        "valid_from": "2027-01-01",
        "summary": {"zh": "新", "en": "new"},
    }
    with scope([LINYI]):
        for _ in range(2):
            published = publish(node=node, region=LINYI, document=document, by=system(LINYI), at=now())
    [delivery] = partner.get(f"webhooks/{hook}/deliveries").json()["items"]
    assert (delivery["case"], delivery["event"], delivery["seq"]) == (None, "catalogue.changed", 9)
    assert partner.get(f"webhooks/{other}/deliveries").json()["items"] == []
    with scope([JIYANG]):
        said = json.loads(WebhookDelivery.objects.get(id=delivery["id"]).body)
    assert said["about"]["definition"] == published.hash and said["about"]["region"] == LINYI
