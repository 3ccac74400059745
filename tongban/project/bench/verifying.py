"""licence_verify_ms: a sealed PDF of a licence verified offline, from its bytes to the verdict, seal included; and its bare code.

status_list_s: a status list of ten million licences built and signed, and how large it is. Needs no node and no network.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from tongban.alliance.members import KeyEntry, MemberList, NodeEntry, Period, RegionEntry
from tongban.alliance.trust import Root, Trust
from tongban.kernel.workdays import legal_day
from tongban.licences.codes import Identifier
from tongban.licences.content import Content, make_salt
from tongban.licences.face import SignedFace, StatusPlace, make_face, sign_face
from tongban.licences.forms.printing import print_licence, spot_of
from tongban.licences.issuers import Issuers
from tongban.licences.qr import write_code
from tongban.licences.status import INVALID, SUSPENDED, StatusList, build_bits, read_list, sign_list
from tongban.licences.types import get_type
from tongban.licences.verifying import verify_file
from tongban.project.bench.running import Sizes
from tongban.project.bench.sealing import ECDSA, Bench
from tongban.seals import pdf

TURNS = 60
LICENCES = 10_000_000
ENDED = 0.02
"""Of all licences; a list of more that ended is larger, up to 2.5 MB."""
RUN = 1000
"""After so many places one that was reserved and got no licence."""
REGION, NODE = "371424", "bench"
LIST = f"{REGION}-1"


def measure(ground: Any, sizes: Sizes) -> dict[str, float]:
    """In a process of its own, whose settings name no node."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tongban.project.settings", "TONGBAN_MODE": "demo"}
    done = subprocess.run([sys.executable, "-m", __name__], env=env, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def look() -> dict[str, float]:
    stand = Stand()
    document, code = stand.sealed(), write_code(stand.signed).encode()
    found = stand.measure_list()
    return {
        "licence_verify_ms": _p95(lambda: stand.verify(document)), "licence_verify_code_ms": _p95(lambda: stand.verify(code)), **found,
    }  # fmt: skip


class Stand:
    """An issuer with its keys, one licence, and who verifies it."""

    def __init__(self) -> None:
        self.at, self.seal = datetime.now(UTC), Bench()
        self.event_key = self.seal.suite.new_signing_key(owner=f"{NODE}.event")
        self.issuers = Issuers.of([self._members()])
        self.content = self._content()
        place = StatusPlace(LIST, LICENCES // 2)
        face = make_face(self.content, key_id=self.seal.key.id, status=place, suite=self.seal.suite)
        self.signed: SignedFace = sign_face(face, key=self.seal.key, suite=self.seal.suite)
        self.known = self._list([])

    def sealed(self) -> bytes:
        seal = self.seal
        form = print_licence(self.content, self.signed.face, self.signed.signature)
        prepared = pdf.prepare(
            form, picture=seal.picture, spot=spot_of(self.content.template), certificate=seal.certificate, maker=seal.maker,
            proof=seal.proof, stamped=True, name=NODE, at=self.at,
        )  # fmt: skip
        signature = seal.seal_key.sign(prepared.attributes, ECDSA)
        stamper = seal.authority.stamper()
        return pdf.embed(prepared, signature=signature, certificate=seal.certificate, maker=seal.maker, stamper=stamper)

    def verify(self, shown: bytes) -> None:
        found = verify_file(shown, issuers=self.issuers, lists_of=lambda names: {LIST: self.known}, at=self.at)
        if not found.good:
            raise AssertionError(f"what is measured must be genuine, not {found.reason}")

    def measure_list(self) -> dict[str, float]:
        chance = random.Random(7)  # noqa: S311 - a made-up list
        others = [
            (index, chance.choice((INVALID, INVALID, SUSPENDED)))
            for index in range(LICENCES)
            if chance.random() < ENDED
        ]
        begun = time.perf_counter()
        built = self._list(others)
        token = sign_list(built, address="", key=self.event_key)
        seconds = time.perf_counter() - begun
        if read_list(token, issuers=self.issuers).bits != built.bits:
            raise AssertionError("a list must read as it was built")
        return {"status_list_s": round(seconds, 2), "status_list_mb": round(len(token) / 1e6, 2)}

    def _list(self, others: list[tuple[int, int]]) -> StatusList:
        made = self.at.replace(microsecond=0)
        runs = [(first, first + RUN - 2) for first in range(0, LICENCES, RUN)]
        return StatusList(LIST, 1, NODE, made, build_bits(runs, others), makers=(self.seal.maker,))

    def _members(self) -> MemberList:
        always, suite = Period(self.at - timedelta(days=400)), self.seal.suite
        named = (("licence", self.seal.key), ("event", self.event_key))
        keys = tuple(KeyEntry(key.id, purpose, key.public, always) for purpose, key in named)
        root = suite.new_signing_key(owner="root")
        trust = Trust("bench", (Root(root.id, root.public),), 1)
        node, region = NodeEntry(NODE, "", keys), RegionEntry(REGION, NODE, always)
        return MemberList("bench", 1, always.since, self.at + timedelta(days=30), "", trust, (node,), (region,))

    def _content(self) -> Content:
        type_ = get_type("hygiene-licence")
        identifier = Identifier(type_.code, REGION, f"{REGION}01AAAAAAAAAAAAAAAA", 1)
        today = legal_day(self.at)
        return replace(
            self.seal.specimen,
            issuer=replace(self.seal.specimen.issuer, region=REGION),
            identifier=str(identifier),
            from_=today,
            until=today + timedelta(days=1400),
            decided_on=today,
            salt=make_salt(),
        )


def _p95(act: Callable[[], None]) -> float:
    """Milliseconds of this processor's time: the machine may be busy with other things."""
    act()
    return round(quantiles([_timed(act) for _ in range(TURNS)], n=20)[-1] * 1000, 2)


def _timed(act: Callable[[], None]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


if __name__ == "__main__":
    print(json.dumps(look()))
