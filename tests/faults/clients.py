"""People who hand in one case after another and, when they are not told what became of it, press the button again."""

import json
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, Queue
from uuid import uuid4

import httpx

from tests.faults.evidence import HAND_IN
from tests.faults.history import History, Outcome
from tests.faults.siege import JIYANG, LINYI, REGIONS, Siege
from tongban.project import walk_case
from tongban.project.children import Child
from tongban.project.registers.people import DemoPerson
from tongban.project.walk import PageDiffers, Visitor

CLIENT_SECONDS = 15.0
"""How long people wait for an answer."""
AGAIN_SECONDS = (0.2, 2.0)
ON_HAND = 400
Draft = dict[str, str]


class Supply:
    """Complete drafts by phone, filled in by a process of the receiving node a little ahead of their use."""

    def __init__(self, siege: Siege, people: list[DemoPerson], count: int) -> None:
        phones = [person.phone for person in people]
        self._ready: dict[str, Queue[Draft]] = {phone: Queue(max(20, ON_HAND // len(phones))) for phone in phones}
        arguments = [siege.sites[JIYANG].home, REGIONS[LINYI], count, *phones]
        self.child: Child = siege.helper("drafts", "tests.faults.drafts", arguments, stdout=subprocess.PIPE)
        self.ended = threading.Event()
        threading.Thread(target=self._read, name="drafts", daemon=True).start()

    def take(self, phone: str) -> Draft | None:
        """None when there are no more."""
        while True:
            try:
                return self._ready[phone].get(timeout=0.2)
            except Empty:
                if self.ended.is_set() and self._ready[phone].empty():
                    return None

    def _read(self) -> None:
        stream = self.child.process.stdout
        for line in stream or ():
            draft: Draft = json.loads(line)
            self._ready[draft["phone"]].put(draft)
        self.ended.set()

    def close(self) -> None:
        self.child.process.kill()
        if self.child.process.stdout:
            self.child.process.stdout.close()


@dataclass
class Progress:
    """Shared by clients and runner. `room`: fewer cases are under way than there may be. `stop`: no new ones; `abandon`: not even an answer."""

    told: int = 0
    room: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    abandon: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self) -> None:
        with self.lock:
            self.told += 1


class Client(threading.Thread):
    """One person. `supply`: phone → the next draft."""

    def __init__(
        self,
        name: str,
        siege: Siege,
        person: DemoPerson,
        supply: Callable[[str], Draft | None],
        history: History,
        progress: Progress,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.person, self.supply, self.history, self.progress = person, supply, history, progress
        self.visitor = Visitor(siege.sites[JIYANG].url, timeout=CLIENT_SECONDS)
        self.visitor.client.follow_redirects = False
        self._token = ""

    def sign_in(self) -> None:
        """While lines are calm."""
        self.visitor.client.follow_redirects = True
        walk_case.sign_in(self.visitor, self.person)
        self.visitor.client.follow_redirects = False

    def run(self) -> None:
        while not self.progress.stop.is_set() and (draft := self.supply(self.person.phone)):
            while not self.progress.room.wait(0.2):
                if self.progress.stop.is_set():
                    return
            self.hand_in(draft)
        self.visitor.client.close()

    def hand_in(self, draft: Draft) -> None:
        """Again and again with the same command until somebody says yes or no."""
        cmd, pause = str(uuid4()), AGAIN_SECONDS[0]
        repeated = False
        while True:
            self.history(self.name, "invoke", HAND_IN, draft["case"])
            outcome, detail = self._try(draft, cmd, repeated=repeated)
            self.history(self.name, outcome, HAND_IN, draft["case"], detail)
            if outcome == "ok":
                self.progress.add()
            if outcome in {"ok", "fail"} or self.progress.abandon.is_set():
                return
            time.sleep(pause)
            pause, repeated = min(pause * 2, AGAIN_SECONDS[1]), True

    def _try(self, draft: Draft, cmd: str, *, repeated: bool) -> tuple[Outcome, str]:
        """A repeated one looks at its confirmation: a draft that is gone leads there whatever became of it."""
        try:
            answer = self._post(draft, cmd)
            if answer.status_code == 302 and answer.headers["Location"].endswith("/submitted"):
                if not repeated:
                    return "ok", ""
                answer = self.visitor.client.get(answer.headers["Location"])
                return (
                    ("ok", "repeated")
                    if answer.status_code == 200
                    else ("unknown", f"confirmation {answer.status_code}")
                )
        except (httpx.HTTPError, PageDiffers) as error:
            return "unknown", type(error).__name__
        # A page with status 200 is none of this node: a box in the middle made it.
        refused = 400 <= answer.status_code < 500
        return "fail" if refused else "unknown", f"{answer.status_code} {answer.headers.get('Location', '')}"

    def _post(self, draft: Draft, cmd: str) -> httpx.Response:
        address = f"/drafts/{draft['case']}/check"
        self._token = self._token or self._read_token(address)
        form = {"csrfmiddlewaretoken": self._token, "version": draft["version"], "cmd": cmd}
        return self.visitor.client.post(address, data=form)

    def _read_token(self, address: str) -> str:
        return self.visitor.open(address).form(field="version").fields["csrfmiddlewaretoken"].value or ""
