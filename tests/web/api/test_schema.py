"""Every operation, as its description says it: made-up requests of both kinds through schemathesis against the real application and database."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.cast import ITEM, JIYANG, LINYI
from tests.web.api.conftest import Caller, Systems, application
from tests.web.api.test_imports import sent
from tests.web.test_staff_compare import KEY as COMPARED
from tests.web.test_staff_compare import publish_both
from tongban.catalogue.layers import load_document
from tongban.catalogue.tests.guides import guide
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.web.api.openapi import describe
from tongban.web.api.urls import BASE, api

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]

EXAMPLES = 6
NOT_CHECKED = [checks.positive_data_acceptance, checks.ignored_auth]
"""A request may have the right form and be refused for what it says (422); doors without a token are tested in test_admission.py."""
Good = dict[str, Any]
"""What to send for a success: `path_parameters`, `query`, `body`."""


class World:
    """Fresh, valid things to name in a request: each can be acted on once."""

    def __init__(self, systems: Systems) -> None:
        self.systems, self.partner, self.office = systems, systems.partner(), systems.office()
        self.editors = {"write": systems.editor(), "publish": systems.editor("fuhe")}
        self.hook = self.partner.post("webhooks", self._hook()).json()["id"]
        publish_both(systems.desks)

    def caller(self, operation: str) -> Caller:
        if operation in EDITORS:
            return self.editors["publish" if operation == "publishDraft" else "write"]
        return self.office if operation in OFFICE else self.partner

    def draft(self) -> Good:
        """A new one of 临邑, the state it is in, and what is to be done with it."""
        editor = self.editors["write"]
        made = editor.post("drafts", {"definition": self.text(), "replaces": True})
        return {"path_parameters": AT_LINYI, "headers": {"If-Match": made.headers["ETag"]}}

    def text(self) -> str:
        found = self.editors["write"].get(f"items/{ITEM}/definition", region=LINYI).json()["definition"]
        return str(found).replace("参保地", "参保的地方")

    def own(self) -> str:
        case: str = self.partner.post("cases", application()).json()["id"]
        return case

    def decide(self, **said: Any) -> Good:
        case = self.office.get(f"cases/{self.systems.desks.taken_over()}").json()
        return {"path_parameters": {"case_id": case["id"]}, "body": {"seen": case["head"], **said}}

    def delivery(self) -> str:
        self.partner.post(f"cases/{self.own()}/withdraw")
        deliveries = self.partner.get(f"webhooks/{self.hook}/deliveries").json()["items"]
        return str(deliveries[0]["id"])

    def asked(self) -> str:
        """The partner's case, with a correction asked for by 临邑."""
        return self.systems.corrected(self.own(), self.office)

    @staticmethod
    def _hook() -> dict[str, Any]:
        return {"region": JIYANG, "url": "http://localhost:9/hook", "events": ["cases.withdrawn"]}


OFFICE = {"getWorklist", "acceptCase", "examineCase", "notAcceptCase", "requestCorrection", "approveCase", "refuseCase"}
TOMORROW = (legal_day(now()) + timedelta(days=1)).isoformat()
EDITORS = {"listDrafts", "createDraft", "getDraft", "writeDraft", "publishDraft", "discardDraft"} | {
    "checkImport",
    "takeImport",
    "listTableRows",
}
AT_LINYI = {"key": ITEM}
VERSION = load_document(ITEM, LINYI)["version"]
GROUNDS = {"reason": "不在保", "article": "医保发〔2022〕22号 第五条"}
GOOD: dict[str, Callable[[World], Good]] = {
    "listItems": lambda world: {"query": {"region": LINYI}},
    "getItem": lambda world: {"path_parameters": AT_LINYI, "query": {"region": LINYI}},
    "getItemHistory": lambda world: {"path_parameters": AT_LINYI, "query": {"region": LINYI}},
    "compareItemVersions": lambda world: {
        "path_parameters": AT_LINYI, "query": {"region": LINYI, "before": VERSION, "after": VERSION}
    },
    "searchItems": lambda world: {"query": {"q": "外地看病", "region": LINYI}},
    "getGuide": lambda world: {"path_parameters": AT_LINYI, "query": {"region": LINYI}},
    "listAgreements": lambda world: {"query": {"region": LINYI}},
    "getAgreement": lambda world: {"path_parameters": {"id": "jlh"}},
    "compareItem": lambda world: {"path_parameters": {"key": COMPARED}},
    "compareAgreement": lambda world: {"path_parameters": {"agreement": "jlh"}},
    "listLiaisonTasks": lambda world: {},
    "listTopics": lambda world: {},
    "askGuides": lambda world: {"body": {"q": "异地就医备案多久能办好", "region": LINYI}},
    "listPoints": lambda world: {"query": {"region": LINYI}},
    "verifyLicence": lambda world: {"body": {"code": "TB1.ABC"}},
    "getDefinition": lambda world: {"path_parameters": AT_LINYI, "query": {"region": LINYI}},
    "lintItem": lambda world: {"path_parameters": AT_LINYI, "query": {"region": LINYI}},
    "listStandards": lambda world: {"path_parameters": AT_LINYI},
    "listDrafts": lambda world: {},
    "createDraft": lambda world: {"body": {"definition": world.text(), "replaces": True}},
    "getDraft": lambda world: {"path_parameters": world.draft()["path_parameters"]},
    "writeDraft": lambda world: {**world.draft(), "body": {"definition": world.text()}},
    "publishDraft": lambda world: {**world.draft(), "body": {"valid_from": TOMORROW}},
    "discardDraft": lambda world: world.draft(),
    "checkImport": lambda world: {"body": sent(guide())},
    "takeImport": lambda world: {
        "path_parameters": {"report_id": world.editors["write"].post("imports", sent(guide())).json()["id"]}
    },
    "listTableRows": lambda world: {"query": {"taken": "yes"}},
    "listCases": lambda world: {"query": {"limit": 5}},
    "createCase": lambda world: {"body": application()},
    **{
        name: lambda world: {"path_parameters": {"case_id": world.own()}}
        for name in ("getCase", "getTimeline", "listPapers", "getRecord", "listNotices", "withdrawCase")
    },
    "supplementCase": lambda world: {
        "path_parameters": {"case_id": world.asked()}, "body": {"elements": {"filing.address": "济北街道演示路1号"}}
    },
    "getWorklist": lambda world: {"path_parameters": {"desk": "all"}},
    "acceptCase": lambda world: world.decide(),
    "notAcceptCase": lambda world: world.decide(**GROUNDS),
    "requestCorrection": lambda world: world.decide(fields=["filing.address"], note="请写明门牌号"),
    "examineCase": lambda world: world.decide(recommends="approve", reasons="材料齐全"),
    "approveCase": lambda world: world.decide(note="已核对"),
    "refuseCase": lambda world: world.decide(**GROUNDS),
    "listWebhooks": lambda world: {},
    "createWebhook": lambda world: {"body": world._hook()},
    "deleteWebhook": lambda world: {
        "path_parameters": {"webhook_id": world.partner.post("webhooks", world._hook()).json()["id"]}
    },
    "listDeliveries": lambda world: {"path_parameters": {"webhook_id": world.hook}},
    "redeliver": lambda world: {"path_parameters": {"webhook_id": world.hook, "delivery_id": world.delivery()}},
}  # fmt: skip


@contextmanager
def one_connection() -> Iterator[None]:
    """As Django's own test client does: a request neither opens nor closes the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_operation_does_what_it_says(systems: Systems) -> None:
    schema = schemathesis.openapi.from_dict(describe(api, BASE))
    schema.app = get_wsgi_application()
    world = World(systems)
    successes: Counter[str] = Counter()
    failures: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        good = GOOD[name](world)
        try:
            _call(operation.Case(**good), world.caller(name), successes)
            _explore(operation, world.caller(name), good, successes)
        except BaseExceptionGroup as failure:
            failures.append(f"{name}: {failure}")
    assert failures == []
    assert set(successes) == set(GOOD)


def _explore(operation: Any, caller: Caller, good: Good, successes: Counter[str]) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        _made_up(operation, mode, partial(_send, caller=caller, good=good, successes=successes, mode=mode))


def _made_up(operation: Any, mode: GenerationMode, send: Callable[[Any], None]) -> None:
    bounded = settings(
        max_examples=EXAMPLES, phases=[Phase.generate], deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def explore(case: Any) -> None:
        send(case)

    explore()


def _send(case: Any, *, caller: Caller, good: Good, successes: Counter[str], mode: GenerationMode) -> None:
    """What is named in the path exists, or hardly a request would get as far as the act."""
    if mode is GenerationMode.POSITIVE and "path_parameters" in good:
        case.path_parameters = good["path_parameters"]
    _call(case, caller, successes)


def _call(case: Any, caller: Caller, successes: Counter[str]) -> None:
    registries.set_node(caller.node)
    headers = {"Authorization": f"Bearer {caller.token}"}
    if case.method == "POST":
        headers["Idempotency-Key"] = str(uuid4())
    with one_connection():
        response = case.call_and_validate(headers=headers, excluded_checks=NOT_CHECKED)
    if response.status_code < 300:
        successes[case.operation.definition.raw["operationId"]] += 1
