"""Webhooks: who is told, how it is signed, how often it is tried."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI
from tongban.clients import models, queries, services
from tongban.clients.queries import Access
from tongban.clients.targets import AddressRefused, Rules
from tongban.clients.webhooks import WAITS, EventUnknown
from tongban.kernel.actors import system
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]

DEMO = Rules((), production=False)
KNOWN = {"cases.accepted", "cases.approved"}


@dataclass
class Listener:
    """A subscriber that really listens; `status` is what it answers."""

    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self.server
        return f"http://localhost:{self.server.server_port}/hook"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.got.append((dict(self.headers), body))
            self.send_response(listener.status)
            self.send_header("Location", listener.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    listener.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.server.serve_forever, daemon=True)
    thread.start()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()
    thread.join()


@pytest.fixture
def access(node: Node, at: datetime) -> Access:
    issued = services.issue_token(
        node=node,
        name="省平台",
        regions=[JIYANG],
        scopes=["cases:write", "webhooks:manage"],
        days=30,
        by=system(JIYANG),
        at=at,
    )
    return services.admit(node=node, token=issued.token, at=at)


def subscribe(node: Node, access: Access, url: str, at: datetime, **changes: object) -> services.Subscribed:
    wanted = {"region": JIYANG, "events": ["cases.accepted"], "known": KNOWN, "rules": DEMO, "at": at}
    return services.subscribe(node=node, access=access, url=url, **{**wanted, **changes})


def queue(access: Access, case: UUID, at: datetime, event: str = "cases.accepted", seq: int = 5) -> list[UUID]:
    return services.queue_delivery(region=JIYANG, event=event, case_id=case, seq=seq, happened_at=at, at=at)


def own_case(access: Access, at: datetime) -> UUID:
    case = new_id()
    services.note_case(access=access, region=JIYANG, case_id=case, number="JY-1", at=at)
    return case


def deliver(node: Node, delivery: UUID, at: datetime) -> str:
    return services.deliver(node=node, region=JIYANG, delivery=delivery, poster=services.HttpPoster(DEMO), at=at)


def test_what_happened_arrives_signed_and_names_nobody(
    node: Node, access: Access, listener: Listener, at: datetime
) -> None:
    made = subscribe(node, access, listener.url, at)
    case = own_case(access, at)
    [delivery] = queue(access, case, at)
    assert deliver(node, delivery, at) == "delivered"
    [(headers, body)] = listener.got
    stamp, _, mac = headers["Tongban-Signature"].removeprefix("t=").partition(",v1=")
    assert hmac.new(made.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest() == mac
    assert int(stamp) == int(at.timestamp())
    told = json.loads(body)
    assert set(told) == {"id", "event", "region", "case", "seq", "at"} and told["case"] == str(case)


def test_only_the_clients_own_cases_are_told(node: Node, access: Access, listener: Listener, at: datetime) -> None:
    subscribe(node, access, listener.url, at)
    assert queue(access, new_id(), at) == []
    assert queue(access, own_case(access, at), at, event="cases.approved") == []


def test_the_same_event_is_told_once(node: Node, access: Access, listener: Listener, at: datetime) -> None:
    subscribe(node, access, listener.url, at)
    case = own_case(access, at)
    queue(access, case, at)
    queue(access, case, at)
    assert models.WebhookDelivery.objects.count() == 1


def test_it_is_tried_again_with_growing_waits_and_then_given_up(
    node: Node, access: Access, listener: Listener, at: datetime
) -> None:
    hook = subscribe(node, access, listener.url, at).webhook
    listener.status = 500
    [delivery] = queue(access, own_case(access, at), at)
    when = at
    for wait in WAITS:
        assert services.list_due(at=when) == [(JIYANG, delivery)]
        assert deliver(node, delivery, when) == "status-500"
        assert deliver(node, delivery, when) == "", "not before its time"
        when += wait
    [row] = queries.list_deliveries(client=access.client, webhook=hook.id)
    assert (row.state, row.attempts, row.outcome) == ("failed", len(WAITS), "status-500")
    listener.status = 200
    services.redeliver(access=access, webhook=hook.id, delivery=delivery, at=when)
    assert deliver(node, delivery, when) == "delivered"


def test_a_redirect_is_not_followed(node: Node, access: Access, listener: Listener, at: datetime) -> None:
    subscribe(node, access, listener.url, at)
    listener.status = 307
    [delivery] = queue(access, own_case(access, at), at)
    assert deliver(node, delivery, at) == "status-307"
    assert len(listener.got) == 1


def test_nobody_listens(node: Node, access: Access, at: datetime) -> None:
    subscribe(node, access, "http://127.0.0.1:1/hook", at)
    [delivery] = queue(access, own_case(access, at), at)
    assert deliver(node, delivery, at) == "unreachable"


def test_a_client_whose_tokens_ended_is_told_nothing_more(
    node: Node, access: Access, listener: Listener, at: datetime
) -> None:
    subscribe(node, access, listener.url, at)
    case = own_case(access, at)
    services.revoke_token(token_id=queries.list_tokens()[0].id, by=system(JIYANG), at=at)
    assert queue(access, case, at) == []


def test_what_is_told_in_the_name_of_staff_ends_with_their_account(
    node: Node, listener: Listener, at: datetime
) -> None:
    token = services.issue_token(
        node=node, name="审批系统", regions=[JIYANG], scopes=["worklists:read", "webhooks:manage"], days=30, staff="s-chengang",
        roles=["examiner"], by=system(JIYANG), at=at,
    )  # fmt: skip
    access = services.admit(node=node, token=token.token, at=at)
    assert subscribe(node, access, listener.url, at).webhook.whole_region
    told = {"region": JIYANG, "event": "cases.accepted", "happened_at": at, "at": at}
    assert services.queue_delivery(case_id=new_id(), seq=5, in_office=lambda ref: False, **told) == []
    assert len(services.queue_delivery(case_id=new_id(), seq=5, in_office=lambda ref: True, **told)) == 1


def test_what_cannot_be_subscribed_to(node: Node, access: Access, at: datetime) -> None:
    with pytest.raises(Forbidden):
        subscribe(node, access, "http://localhost/", at, region=LINYI)
    with pytest.raises(EventUnknown):
        subscribe(node, access, "http://localhost/", at, events=["cases.guessed"])
    with pytest.raises(AddressRefused):
        subscribe(node, access, "http://localhost/", at, rules=Rules((), production=True))


def test_a_webhook_of_somebody_else_looks_missing(node: Node, access: Access, listener: Listener, at: datetime) -> None:
    hook = subscribe(node, access, listener.url, at).webhook
    stranger = services.issue_token(
        node=node, name="别的系统", regions=[JIYANG], scopes=["webhooks:manage"], days=1, by=system(JIYANG), at=at
    )
    other = services.admit(node=node, token=stranger.token, at=at)
    assert queries.list_webhooks(client=other.client) == []
    with pytest.raises(Missing):
        services.unsubscribe(access=other, webhook=hook.id)
    with pytest.raises(Missing):
        queries.list_deliveries(client=other.client, webhook=hook.id)


def test_what_is_long_done_is_forgotten(node: Node, access: Access, listener: Listener, at: datetime) -> None:
    subscribe(node, access, listener.url, at)
    queue(access, own_case(access, at), at)
    services.forget_old(at=at + timedelta(days=31))
    assert not models.WebhookDelivery.objects.exists()
