"""Writes what the independent verifier holds: `python -m pytest tests/verifier/freeze.py -k tables`, after a step was added to the states.

The corpus is made anew, with new keys, only when a format gets a new version: `-k corpus` the records, `-k issued` those with licences,
`-k licences` the licences themselves.
"""

import json
import re
from datetime import datetime
from pathlib import Path

from tests.verifier import issued
from tests.verifier.records import BROKEN, VALID, Change, Making
from tests.verifier.test_second_opinion import CORPUS, ROOT
from tongban.cases.states import AUTHORS, TABLE
from tongban.kernel.events import format_instant
from tongban.kernel.node import Node
from tongban.licences.status import StatusList, sign_list
from tongban.licences.tests.corpus import Exhibit, exhibits
from tongban.licences.tests.stand import Stand

KEPT = (
    "sound", "its last day", "without end", "file", "OFD", "credential, all told", "credential, nothing told",
    "list of five minutes, on its way", "another is revoked",
    "expired yesterday", "begins tomorrow", "younger than the list", "unknown issuer", "key of another member", "key of another purpose",
    "serial of another place", "another key under the right name", "changed: number + 1", "changed: a longer term", "changed: holder",
    "changed: place in the list", "half a signature", "specimen", "code cut", "code padded", "file, a field edited", "file, another salt",
    "file, content of another licence", "file, in the name of another place", "file, not canonical", "OFD, without a seal",
    "OFD, the file of another licence", "credential, another signature", "credential, code of another licence", "revoked, list of yesterday",
    "suspended", "signed, not witnessed", "no list", "stale list", "list that claims to last",
)  # fmt: skip
"""Which exhibits of `tongban/licences/tests/corpus.py` are frozen."""


def test_tables() -> None:
    table = [[before or "", event, after] for (before, event), after in TABLE.items()]
    value = {"table": table, "authors": {event: sorted(places) for event, places in AUTHORS.items()}}
    (ROOT / "tongban_verify" / "states.json").write_text(json.dumps(value, indent=1) + "\n")


def test_corpus(node: Node, linyi: Node, huimin: Node, at: datetime) -> None:
    freeze(CORPUS, Making(node, linyi, huimin, at), VALID, BROKEN)


def test_issued(node: Node, linyi: Node, huimin: Node, at: datetime) -> None:
    freeze(CORPUS / "issued", Making(node, linyi, huimin, at), issued.VALID, issued.BROKEN)


def freeze(into: Path, making: Making, valid: dict[str, Change], broken: dict[str, Change]) -> None:
    (into / "records").mkdir(parents=True, exist_ok=True)
    (into / "trust.json").write_bytes(making.trust_file())
    for kind, changes in (("valid", valid), ("broken", broken)):
        for name, change in changes.items():
            (into / "records" / f"{kind}-{name.replace('_', '-')}.json").write_bytes(change(making))


def test_licences() -> None:
    stand, lists = Stand(), dict[str, StatusList]()
    into = CORPUS / "licences"
    into.mkdir(exist_ok=True)
    (into / "trust.json").write_bytes(stand.trust_file())
    kept = [exhibit for exhibit in exhibits(stand) if exhibit.name in KEPT]
    assert len(kept) == len(KEPT)
    told = []
    for exhibit in kept:
        file, known = f"{exhibit.reason}--{_slug(exhibit.name)}{_ending(exhibit)}", exhibit.list
        (into / file).write_bytes(exhibit.data)
        name = (
            next((name for name, other in lists.items() if other == known), f"{_slug(exhibit.name)}.jwt")
            if known
            else None
        )
        if name and known and name not in lists:
            lists[name] = known
            (into / name).write_text(sign_list(known, address="", key=stand.event_key))
        told.append({"file": file, "list": name, "reason": exhibit.reason})
    index = {"at": format_instant(stand.at), "exhibits": told}
    (into / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _ending(exhibit: Exhibit) -> str:
    return {b"PK": ".ofd", b'{"': ".tblic"}.get(exhibit.data[:2], ".txt")
