"""Lines with faults: a small proxy before each node's port. One event loop for all lines, all chances drawn from one seed.

Who calls is read from the key that signed the request (RFC 9421); whoever signs nothing belongs to the people. Every request of a pair draws
one fate for itself and one for its answer, in the order in which the pair's requests come.
"""

import asyncio
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from tests.faults.forging import CHANGED
from tests.faults.weather import CALM, Fate, Weather, draw

PEOPLE = "people"
KEY_ID = re.compile(rb'(?i)\r\nsignature-input:[^\r]*keyid="([^".]+)')
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
CONNECTION = re.compile(rb"(?i)\r\nconnection:[^\r]*")
SIGNED = re.compile(rb"(?i)\r\n(?:signature|signature-input|content-digest):[^\r]*")
LONGEST_HEAD = 64 * 1024
UPSTREAM_SECONDS = 60.0
SILENT_SECONDS = 40.0
DRIP_SECONDS = 90.0


class Network:
    """All lines of one alliance. `names`: node id → place. Everything public may be called from any thread."""

    def __init__(self, seed: object, *, names: Mapping[str, str] | None = None) -> None:
        self.seed, self.names = seed, dict(names or {})
        self.counts: Counter[str] = Counter()
        self.drips: list[float] = []
        """How long each dripping answer was listened to."""
        self.tell: Callable[[str, str, str], None] = lambda fault, caller, callee: None
        self._weather: dict[tuple[str, str], Weather] = {}
        self._everywhere = CALM
        self._cut: dict[tuple[str, str], bool] = {}
        self._down: set[str] = set()
        self._chances: dict[tuple[str, str], random.Random] = {}
        self._held: set[asyncio.Task[None]] = set()
        self._hasten = asyncio.Event()
        self._lines: list[Line] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._thread.start()

    # What can be done to it

    def listen(self, name: str, port: int, behind: int) -> "Line":
        line = Line(self, name, port, behind)
        self._lines.append(line)
        return line

    def set_weather(self, weather: Weather, *pairs: tuple[str, str]) -> None:
        """For these (caller, callee), or everywhere between nodes when none is named."""
        if not pairs:
            self._everywhere, self._weather = weather, {}
        self._weather |= dict.fromkeys(pairs, weather)

    def cut(self, caller: str, callee: str, *, silent: bool = False) -> None:
        """One way: nothing of `caller` reaches `callee`. `silent`: as if packets vanished, else connections break."""
        self._cut[caller, callee] = silent

    def mend(self, caller: str, callee: str) -> None:
        self._cut.pop((caller, callee), None)

    def close_door(self, callee: str) -> None:
        """Nobody gets through to this node, people neither."""
        self._down.add(callee)

    def open_door(self, callee: str) -> None:
        self._down.discard(callee)

    def heal(self) -> None:
        """Calm everywhere. What is held back stays so."""
        self._cut.clear()
        self._down.clear()
        self.set_weather(CALM)

    def deliver_held(self, *, seconds: float = 30.0) -> None:
        """Late copies come now. Returns when all have been answered."""

        async def all_of_them() -> None:
            self._hasten.set()
            if self._held:
                await asyncio.wait(set(self._held), timeout=seconds)
            self._hasten.clear()

        self.run(all_of_them())

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    def close(self) -> None:
        """Harmless when repeated."""
        if self._loop.is_closed():
            return

        async def cancel() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        for line in self._lines:
            line.close()
        self.run(cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    # What its lines ask

    def caller(self, head: bytes) -> str:
        found = KEY_ID.search(head)
        return self.names.get(found[1].decode(), PEOPLE) if found else PEOPLE

    def is_down(self, callee: str) -> bool:
        return callee in self._down

    def barrier(self, caller: str, callee: str) -> bool | None:
        """None: open; else whether it is a silent one."""
        return self._cut.get((caller, callee))

    def fate(self, caller: str, callee: str) -> Fate:
        pair = (caller, callee)
        chance = self._chances.setdefault(pair, random.Random(f"{self.seed} {caller} {callee}"))
        default = CALM if caller == PEOPLE else self._everywhere
        return draw(chance, self._weather.get(pair, default))

    def note(self, fault: str, caller: str, callee: str) -> None:
        self.counts[fault] += 1
        self.tell(fault, caller, callee)

    def hold(self, seconds: float, doing: Coroutine[Any, Any, Any]) -> None:
        """Do it later, or when everything held back is wanted."""

        async def wait() -> None:
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hasten.wait(), seconds)
                with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                    await doing
            finally:
                doing.close()

        task = self._loop.create_task(wait())
        self._held.add(task)
        task.add_done_callback(self._held.discard)


class Line:
    """The proxy before one node: listens on `port`, passes on to `behind`."""

    def __init__(self, network: Network, name: str, port: int, behind: int) -> None:
        self.network, self.name, self.behind = network, name, behind
        self._server: asyncio.Server = network.run(self._listen(port))

    def close(self) -> None:
        async def stop() -> None:
            self._server.close()

        self.network.run(stop())

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", port, limit=LONGEST_HEAD, backlog=512)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.network.is_down(self.name):
                self.network.note("down", "", self.name)
                return
            head, body = await _read_request(reader)
            await self._pass(head, body, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # Who called sees a connection that breaks.
            _break(writer)
        except asyncio.CancelledError:
            # The network ends; asyncio would complain about a handler that was cancelled.
            return
        finally:
            writer.close()

    async def _pass(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        caller = self.network.caller(head)
        silent = self.network.barrier(caller, self.name)
        if silent is not None:
            await self._refuse(caller, writer, silent=silent)
            return
        fate = self.network.fate(caller, self.name)
        if fate.delay:
            self._note("delay", caller)
            await asyncio.sleep(fate.delay)
        if fate.request:
            self._note(fate.request, caller)
        answer = await self._ask(fate, _closing(head), body, writer)
        if answer is not None:
            await self._answer(fate.answer, answer, caller, writer)

    async def _refuse(self, caller: str, writer: asyncio.StreamWriter, *, silent: bool) -> None:
        self._note("silent cut" if silent else "cut", caller)
        deadline = time.monotonic() + SILENT_SECONDS
        while silent and time.monotonic() < deadline and self.network.barrier(caller, self.name) is not None:
            await asyncio.sleep(0.2)
        _break(writer)

    async def _ask(self, fate: Fate, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bytes | None:
        """The node's answer, or None when the caller gets none because the request will arrive later."""
        if fate.request == "reorder":
            self.network.hold(fate.overtaken, self._to_node(head, body))
            _break(writer)
            return None
        if fate.request == "late":
            self.network.hold(fate.later, self._to_node(head, body))
        if fate.request == "strip_request":
            head = SIGNED.sub(b"", head)
        copies = fate.copies if fate.request == "duplicate" else 0
        answers = await asyncio.gather(*(self._to_node(head, body) for _ in range(1 + copies)), return_exceptions=True)
        good = [answer for answer in answers if isinstance(answer, bytes) and answer]
        if not good:
            raise ConnectionResetError
        return good[0]

    async def _to_node(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.behind)
        try:
            writer.write(head + body)
            await writer.drain()
            return await asyncio.wait_for(reader.read(-1), UPSTREAM_SECONDS)
        finally:
            writer.close()

    async def _answer(self, fault: str, answer: bytes, caller: str, writer: asyncio.StreamWriter) -> None:
        if fault:
            self._note(fault, caller)
        head, _, body = answer.partition(b"\r\n\r\n")
        half = head + b"\r\n\r\n" + body[: len(body) // 2]
        if fault == "lose_reply":
            _break(writer)
        elif fault == "drip":
            await self._drip(answer, 0, writer)
        elif fault == "drip_body":
            await self._drip(answer, len(head) + 4, writer)
        elif fault == "reset":
            await _send(half, writer)
            _break(writer)
        elif fault == "truncate":
            await _send(half, writer)
        elif fault in CHANGED:
            await _send(CHANGED[fault](head, body), writer)
        else:
            await _send(answer, writer)

    async def _drip(self, answer: bytes, first: int, writer: asyncio.StreamWriter) -> None:
        """A byte a second from there on, until whoever asked has enough."""
        begun = time.monotonic()
        try:
            await _send(answer[:first], writer)
            for number in range(first, min(len(answer), first + int(DRIP_SECONDS))):
                await asyncio.sleep(1)
                await _send(answer[number : number + 1], writer)
            _break(writer)
        finally:
            self.network.drips.append(time.monotonic() - begun)

    def _note(self, fault: str, caller: str) -> None:
        self.network.note(fault, caller, self.name)


# Bytes


async def _read_request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    return head, await reader.readexactly(int(length[1])) if length else b""


def _closing(head: bytes) -> bytes:
    """One request for each connection to the node, so that the end of an answer is the end of its connection."""
    return CONNECTION.sub(b"", head)[:-2] + b"Connection: close\r\n\r\n"


async def _send(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(data)
    await writer.drain()


def _break(writer: asyncio.StreamWriter) -> None:
    """A reset, not a farewell."""
    transport = writer.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
