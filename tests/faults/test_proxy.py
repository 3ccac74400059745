"""Every fault of a line does what its name says, and which request meets which is decided by the seed."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.faults.forging import LOGIN_PAGE
from tests.faults.proxy import PEOPLE, Network
from tests.faults.weather import CALM, CHANCES, TO_ANSWERS, TO_REQUESTS, Weather, draw
from tests.processes import free_port, wait_until
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.kernel import node as kernel

ANSWER = b'{"answers": ["' + b"x" * 200 + b'"]}'
SIGNED = {"Signature-Input": 'txp=("@method");keyid="370115-1.request.abcdef";tag="txp-1"', "Signature": "txp=:AA==:"}


@dataclass
class Node:
    """Behind the line: answers everything, remembers what it was asked."""

    port: int
    asked: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)


@dataclass
class Scene:
    network: Network
    node: Node
    url: str

    def post(self, body: bytes = b"hello", *, signed: bool = True, timeout: float = 5) -> httpx.Response:
        with httpx.Client(trust_env=False, timeout=timeout, headers={"Accept-Encoding": "identity"}) as client:
            return client.post(self.url, content=body, headers=SIGNED if signed else {})

    @property
    def bodies(self) -> list[bytes]:
        return [body for body, _ in self.node.asked]


@pytest.fixture
def scene() -> Iterator[Scene]:
    node = Node(free_port())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            node.asked.append((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", node.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    network, port = Network(1, names={"370115-1": "jiyang"}), free_port()
    network.listen("linyi", port, node.port)
    yield Scene(network, node, f"http://127.0.0.1:{port}/txp/1/events")
    network.close()
    server.shutdown()
    server.server_close()


def test_a_calm_line_changes_nothing(scene: Scene) -> None:
    answer = scene.post()
    assert (answer.status_code, answer.content, scene.bodies) == (200, ANSWER, [b"hello"])
    assert scene.node.asked[0][1]["Signature-Input"] == SIGNED["Signature-Input"]
    assert not scene.network.counts


def test_who_calls_is_read_from_the_signature(scene: Scene) -> None:
    scene.network.cut("jiyang", "linyi")
    with pytest.raises(httpx.TransportError):
        scene.post()
    assert scene.post(signed=False).status_code == 200
    scene.network.mend("jiyang", "linyi")
    assert scene.post().status_code == 200


def test_a_silent_cut_answers_nothing(scene: Scene) -> None:
    scene.network.cut("jiyang", "linyi", silent=True)
    with pytest.raises(httpx.ReadTimeout):
        scene.post(timeout=0.5)
    assert scene.bodies == []


def test_a_closed_door_is_closed_for_people_too(scene: Scene) -> None:
    scene.network.close_door("linyi")
    with pytest.raises(httpx.TransportError):
        scene.post(signed=False)
    scene.network.open_door("linyi")
    assert scene.post(signed=False).status_code == 200


def test_weather_is_for_nodes_unless_people_are_named(scene: Scene) -> None:
    scene.network.set_weather(Weather(lose_reply=1.0))
    assert scene.post(signed=False).status_code == 200
    scene.network.set_weather(Weather(lose_reply=1.0), (PEOPLE, "linyi"))
    with pytest.raises(httpx.TransportError):
        scene.post(signed=False)


def test_the_reply_is_lost_after_the_request_was_done(scene: Scene) -> None:
    scene.network.set_weather(Weather(lose_reply=1.0))
    with pytest.raises(httpx.TransportError):
        scene.post()
    assert scene.bodies == [b"hello"]


def test_a_request_arrives_several_times_and_is_answered_once(scene: Scene) -> None:
    scene.network.set_weather(Weather(duplicate=1.0))
    assert scene.post().content == ANSWER
    assert set(scene.bodies) == {b"hello"}
    assert 2 <= len(scene.bodies) <= 5


def test_a_late_copy_comes_when_it_is_wanted_or_when_it_is_time(scene: Scene) -> None:
    scene.network.set_weather(Weather(late=1.0, lates=(100, 200)))
    assert scene.post().content == ANSWER
    assert len(scene.bodies) == 1
    scene.network.deliver_held()
    assert len(scene.bodies) == 2


def test_a_request_is_overtaken_by_the_next(scene: Scene) -> None:
    scene.network.set_weather(Weather(reorder=1.0, overtaken=(0.3, 0.3)))
    with pytest.raises(httpx.TransportError):
        scene.post(b"first")
    scene.network.set_weather(CALM)
    scene.post(b"second")
    wait_until(lambda: len(scene.bodies) == 2, seconds=5, what="the first one")
    assert scene.bodies == [b"second", b"first"]


@pytest.mark.parametrize("fault", ["truncate", "reset"])
def test_the_answer_breaks_off(scene: Scene, fault: str) -> None:
    scene.network.set_weather(Weather(**{fault: 1.0}))
    with pytest.raises(httpx.TransportError):
        scene.post()
    assert scene.bodies == [b"hello"]


@pytest.mark.parametrize("fault", ["login_page", "cut_short", "flip"])
def test_the_answer_is_another_one_with_status_200(scene: Scene, fault: str) -> None:
    scene.network.set_weather(Weather(**{fault: 1.0}))
    answer = scene.post()
    assert answer.status_code == 200
    assert answer.content != ANSWER
    assert (answer.content == LOGIN_PAGE) == (fault == "login_page")


def test_headers_are_gone(scene: Scene) -> None:
    scene.network.set_weather(Weather(strip=1.0, strip_request=1.0))
    answer = scene.post()
    assert (answer.content, "Content-Type" in answer.headers) == (ANSWER, False)
    assert not {"Signature", "Signature-Input"} & set(scene.node.asked[0][1])


def test_a_small_answer_that_unpacks_to_a_large_one(scene: Scene) -> None:
    scene.network.set_weather(Weather(bomb=1.0))
    with (
        httpx.Client(trust_env=False) as client,
        client.stream("POST", scene.url, headers=SIGNED, content=b"") as answer,
    ):
        assert answer.headers["Content-Encoding"] == "gzip"
        assert sum(map(len, answer.iter_raw())) < 100_000


def test_an_answer_drips(scene: Scene) -> None:
    scene.network.set_weather(Weather(drip=1.0))
    with pytest.raises(httpx.ReadTimeout):
        scene.post(timeout=0.5)
    assert scene.bodies == [b"hello"]


def test_a_delay_takes_its_time(scene: Scene) -> None:
    scene.network.set_weather(Weather(delay=1.0, delays=(0.2, 0.3)))
    begun = time.monotonic()
    scene.post()
    assert time.monotonic() - begun > 0.2


def test_every_fault_is_drawn_for_requests_or_for_answers() -> None:
    assert {*TO_REQUESTS, *TO_ANSWERS, "delay"} == set(CHANCES)


def test_the_same_seed_draws_the_same_fates() -> None:
    weather = Weather(**dict.fromkeys(TO_REQUESTS, 0.2), **dict.fromkeys(TO_ANSWERS, 0.1))
    first, again, other = ([draw(chance, weather) for _ in range(50)] for chance in map(random.Random, (7, 7, 8)))
    assert first == again
    assert first != other
    assert {fate.answer for fate in first} > {"lose_reply", "flip"}


def test_a_fate_does_not_depend_on_the_weather_of_the_one_before() -> None:
    one, other = random.Random(7), random.Random(7)
    draw(one, CALM)
    draw(other, Weather(duplicate=1.0, drip=1.0))
    assert draw(one, Weather(delay=1.0)) == draw(other, Weather(delay=1.0))


def test_w4_whoever_asks_a_peer_gives_up_a_dripping_answer_in_time(scene: Scene, homes: dict[str, kernel.Node]) -> None:
    """W4: from the first byte of the first line on."""
    scene.network.set_weather(Weather(drip=1.0))
    client = PeerClient(homes["370115"], total_seconds=2)
    begun = time.monotonic()
    with closing(client), suppress(PeerUnreachable), stop_after(scene.network, 8):
        client.post(scene.url.removesuffix("/txp/1/events"), "/txp/1/events", b"{}", at=datetime.now(UTC))
    assert time.monotonic() - begun < 4


@contextmanager
def stop_after(network: Network, seconds: float) -> Iterator[None]:
    """The line breaks then, so that the test ends."""
    timer = threading.Timer(seconds, network.close)
    timer.start()
    yield
    timer.cancel()
