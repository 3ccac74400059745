"""A definition travels: published and signed where the decision is made, fetched by its hash over signed requests, kept only as signed."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
from django.db import transaction

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tests.processes import Alliance, Site, environment
from tongban.alliance import services as alliance_services
from tongban.alliance.tests.factories import TRUST, found_alliance, list_document, signed_list
from tongban.cases.fold import NotTheirDefinition
from tongban.cases.tests.factories import CASE, CLAUSE, SUBMITTED, sign_chain
from tongban.cases.tests.zone import Zone
from tongban.cases.worklists import list_worklist
from tongban.cases.writing import Step
from tongban.catalogue import layers, queries
from tongban.catalogue import services as catalogue
from tongban.catalogue.definition import Definition
from tongban.exchange import services as exchange
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.exchange.queries import count_parked, get_head
from tongban.exchange.tests.factories import send_raw
from tongban.exchange.wire import Item
from tongban.kernel import envelopes, strictjson
from tongban.kernel.actors import system
from tongban.kernel.events import Baton
from tongban.kernel.node import Node, create_node, load_node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.web.node.tests.factories import knock

INDEX = "/txp/1/definitions"


# With a peer that answers over HTTP whatever the test wants


Pages = dict[str, bytes]


class Peer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)  # type: ignore[attr-defined]
        assert "Signature" in self.headers
        self.send_response(200 if page is not None else 404)
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *values: object) -> None:
        """Quiet."""


@pytest.fixture
def pages() -> Iterator[tuple[Pages, int]]:
    """What the peer answers, and its port."""
    with HTTPServer(("127.0.0.1", 0), Peer) as server:
        server.pages = {}  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.pages, server.server_port  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


Answering = Callable[[Pages], exchange.Fetched]


@pytest.fixture
def fetch(db: None, node: Node, linyi: Node, huimin: Node, pages: tuple[Pages, int], at: datetime) -> Answering:
    """济阳 fetches from a node that the member list calls 临邑's; 惠民's is not running."""
    answers, port = pages
    found_alliance([node, huimin, replace(linyi, url=f"http://linyi.localhost:{port}")], at)

    def fetch(served: Pages) -> exchange.Fetched:
        index = [{"hash": path.rpartition("/")[2]} for path in served]
        answers.update(served, **{INDEX: strictjson.canonical({"definitions": index})})
        with closing(PeerClient(node)) as client:
            return exchange.fetch_definitions(node, at, client=client)

    return fetch


def signed(node: Node, region: str, at: datetime) -> queries.Publication:
    """As published elsewhere: nothing of it is stored here."""
    document = layers.load_document(ITEM, region)
    with transaction.atomic():
        hosting = replace(node, regions=(region,))
        published = catalogue.publish(node=hosting, region=region, document=document, by=system(region), at=at)
        transaction.set_rollback(True)
    return published


def served(publication: queries.Publication, envelope: bytes | None = None) -> Pages:
    return {f"{INDEX}/{publication.hash}": envelope if envelope is not None else publication.envelope}


def test_it_is_kept_byte_for_byte(fetch: Answering, linyi: Node, at: datetime) -> None:
    published = signed(linyi, LINYI, at)
    fetched = fetch(served(published))
    assert (fetched.came, fetched.refused) == ((published.hash,), {})
    assert queries.get_publication(published.hash).envelope == published.envelope
    assert fetch(served(published)).came == ()


def test_altered_bytes_are_refused(fetch: Answering, linyi: Node, at: datetime) -> None:
    published = signed(linyi, LINYI, at)
    envelope = envelopes.read(published.envelope, type=envelopes.DEFINITION)
    payload = envelope.payload.replace("异地就医备案".encode(), "异地就医许可".encode())
    altered = envelopes.assemble(payload, type=envelopes.DEFINITION, signatures=envelope.signatures)
    assert payload != envelope.payload
    assert fetch(served(published, altered)).refused == {published.hash: "publication-altered"}
    assert queries.list_publications() == []


def test_another_definition_than_was_asked_for_is_refused(fetch: Answering, linyi: Node, at: datetime) -> None:
    published = signed(linyi, LINYI, at)
    asked = "0" * 64
    assert fetch({f"{INDEX}/{asked}": published.envelope}).refused == {asked: "publication-altered"}
    assert queries.list_publications() == []


def test_a_node_that_does_not_host_the_region_speaks_for_nobody(fetch: Answering, linyi: Node, at: datetime) -> None:
    """临邑 signs well, for 济阳."""
    published = signed(linyi, JIYANG, at)
    assert fetch(served(published)).refused == {published.hash: "not-from-its-region"}
    assert queries.list_publications() == []


def test_one_that_is_refused_holds_up_no_other(fetch: Answering, linyi: Node, at: datetime) -> None:
    false, fine = signed(linyi, JIYANG, at), signed(linyi, LINYI, at)
    fetched = fetch(served(false) | served(fine))
    assert (fetched.came, list(fetched.refused)) == ((fine.hash,), [false.hash])


def test_a_peer_that_is_away_is_named_and_holds_up_no_other(
    fetch: Answering, linyi: Node, huimin: Node, at: datetime
) -> None:
    fetched = fetch(served(signed(linyi, LINYI, at)))
    assert (len(fetched.came), fetched.away) == (1, {huimin.id: "ConnectError"})


# Who may fetch


def test_only_active_members_may_fetch(
    db: None, node: Node, linyi: Node, huimin: Node, tmp_path: Path, at: datetime
) -> None:
    """Definitions are for every member, whatever its agreements; who is none, or is suspended, gets nothing."""
    now = datetime.now(UTC)
    members = list_document([node, linyi, huimin], now)
    next(entry for entry in members["nodes"] if entry["id"] == huimin.id)["status"] = "suspended"
    alliance_services.import_member_list(raw=signed_list(members), trust=TRUST, at=now)
    stranger = create_node(
        tmp_path / "x", id="370116-1", alliance="demo", regions=("370116",), url="http://x.localhost:1"
    )
    answers = [knock(peer, node, "GET", INDEX).status_code for peer in (linyi, huimin, stranger)]
    assert answers == [200, 403, 401]


def test_an_unknown_hash_is_not_there(db: None, node: Node, linyi: Node, huimin: Node) -> None:
    found_alliance([node, linyi, huimin], datetime.now(UTC))
    assert knock(linyi, node, "GET", f"{INDEX}/{'0' * 64}").status_code == 404


# A case that pins a definition which the deciding place has not published


@pytest.fixture
def zone(db: None, node: Node, linyi: Node, huimin: Node, at: datetime) -> Zone:
    return Zone(node, linyi, huimin, at).found()


def opening(zone: Zone, **changes: str) -> bytes:
    """Signed by 济阳's node without asking its own program, which would refuse."""
    clause = replace(CLAUSE, agreement="jlh", version=1, article="2")
    step = Step(replace(SUBMITTED, **changes), baton=Baton("open"), clause=clause, audience=(JIYANG, LINYI))
    return sign_chain([(zone.jiyang, step)], zone.at)[0].envelope


def publish_at(node: Node, region: str, at: datetime) -> str:
    document = layers.load_document(ITEM, region)
    return catalogue.publish(node=node, region=region, document=document, by=system(region), at=at).hash


@pytest.mark.parametrize("code", ["definition-unknown", "not-their-definition"])
def test_the_deciding_place_parks_it_and_signs_why(zone: Zone, code: str) -> None:
    """Kept as evidence, never taken over: what it names is no rule of the deciding place, even when 惠民 has published it."""
    definition = "d" * 64 if code == "definition-unknown" else publish_at(zone.huimin, HUIMIN, zone.at)
    (answer,) = send_raw(zone.linyi, [Item(opening(zone, definition=definition))], at=zone.at, peer=zone.jiyang)
    said = envelopes.read(answer.receipt, type=envelopes.RECEIPT).claims()
    assert (answer.status, said["stage"], said["code"]) == ("parked", "PARKED", code)
    with scope([LINYI]):
        assert (get_head(LINYI, CASE).state, count_parked([LINYI])) == ("parked", {code: 1})
        assert list_worklist(node=zone.linyi, region=LINYI, desk="all", at=zone.at).rows == ()


def test_a_clause_about_something_else_parks_it_too(zone: Zone) -> None:
    item = Item(opening(zone, definition=in_force(zone).hash, item="999999999999"))
    (answer,) = send_raw(zone.linyi, [item], at=zone.at, peer=zone.jiyang)
    assert (answer.status, answer.code) == ("parked", "clause-mismatch")


def test_the_receiving_place_does_not_sign_it(zone: Zone) -> None:
    """A draft that names what 惠民 has published, to be decided in 临邑."""
    publish_at(zone.huimin, HUIMIN, zone.at)
    definition = queries.find_in_force(ITEM, HUIMIN, legal_day(zone.at))
    draft = zone.draft(definition=definition)
    with pytest.raises(NotTheirDefinition):
        zone.submit(draft)


def in_force(zone: Zone) -> Definition:
    found = queries.find_in_force(ITEM, LINYI, legal_day(zone.at))
    assert found
    return found


# With real processes


processes = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]


class TestRealNodes:
    pytestmark = processes

    def test_every_worker_has_fetched_what_the_others_published(self, alliance: Alliance) -> None:
        held = [
            site.ask("SELECT region, hash, envelope FROM catalogue_publisheddefinition")
            for site in alliance.sites.values()
        ]
        assert [len(rows) for rows in held] == [3 * len(layers.list_items())] * 3
        assert sorted(held[0]) == sorted(held[1]) == sorted(held[2])
        assert {row[0] for row in held[0]} == {JIYANG, LINYI, HUIMIN}

    def test_it_came_by_hash_over_signed_requests(self, alliance: Alliance) -> None:
        site = alliance.sites["linyi"]
        published = "SELECT hash FROM catalogue_publisheddefinition WHERE region = %s AND key = %s"
        ((hash,),) = site.ask(published, LINYI, ITEM)
        asked = b"".join(asked for asked, _ in site.listener.conversations)
        request = asked[asked.index(f"GET {INDEX}/{hash}".encode()) :].partition(b"\r\n\r\n")[0].lower()
        assert b"signature-input: txp=" in request

    def test_a_stranger_gets_nothing_and_an_unknown_hash_is_not_there(self, alliance: Alliance, tmp_path: Path) -> None:
        site = alliance.sites["linyi"]
        stranger = create_node(
            tmp_path / "x", id="370116-1", alliance="demo", regions=("370116",), url="http://x.localhost:1"
        )
        assert ask(stranger, site.url, INDEX) == "status 401"
        assert ask(load_node(alliance.sites["jiyang"].home), site.url, f"{INDEX}/{'0' * 64}") == "status 404"

    def test_the_command_fetches_what_is_missing_and_names_who_is_away(self, alliance: Alliance) -> None:
        site = alliance.sites["jiyang"]
        # It fetches what is missing too, every few minutes.
        alliance.stop("jiyang", "worker")
        forget_definition(site, LINYI)
        done = run("catalogue", "fetch", "--home", site.home)
        assert (done.returncode, done.stderr) == (0, "")
        assert [line.split()[3] for line in done.stdout.splitlines() if line.endswith("new")] == [f"{LINYI}:"] * len(
            layers.list_items()
        )
        alliance.stop("linyi", "serve")
        away = run("catalogue", "fetch", "--home", site.home)
        alliance.start("linyi", "serve")
        alliance.start("jiyang", "worker")
        alliance.wait_until_ready("linyi")
        assert (away.returncode, away.stderr.split(":")[0]) == (1, "no answer of 371424-1")


def forget_definition(site: Site, region: str) -> None:
    """Even its superuser has to switch the triggers off."""
    with psycopg.connect(site.database, options="-c session_replication_role=replica") as connection:
        connection.execute("DELETE FROM catalogue_publisheddefinition WHERE region = %s", [region])


def ask(node: Node, url: str, path: str) -> str:
    """Why there was no answer."""
    with closing(PeerClient(node)) as client, pytest.raises(PeerUnreachable) as error:
        client.get(url, path, max_bytes=1000, at=datetime.now(UTC))
    return error.value.reason


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tongban.project.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60)
