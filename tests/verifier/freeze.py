"""Writes what the independent verifier holds: `python -m pytest tests/verifier/freeze.py -k tables`, after a step was added to the states.

The corpus is made anew, with new keys, only when the format gets a new version: `-k corpus`.
"""

import json
from datetime import datetime

from tests.verifier.records import BROKEN, VALID, Making
from tests.verifier.test_second_opinion import CORPUS, ROOT
from tongban.cases.states import AUTHORS, TABLE
from tongban.kernel.node import Node


def test_tables() -> None:
    table = [[before or "", event, after] for (before, event), after in TABLE.items()]
    value = {"table": table, "authors": {event: sorted(places) for event, places in AUTHORS.items()}}
    (ROOT / "tongban_verify" / "states.json").write_text(json.dumps(value, indent=1) + "\n")


def test_corpus(node: Node, linyi: Node, huimin: Node, at: datetime) -> None:
    making = Making(node, linyi, huimin, at)
    (CORPUS / "records").mkdir(parents=True, exist_ok=True)
    (CORPUS / "trust.json").write_bytes(making.trust_file())
    for kind, changes in (("valid", VALID), ("broken", BROKEN)):
        for name, change in changes.items():
            (CORPUS / "records" / f"{kind}-{name.replace('_', '-')}.json").write_bytes(change(making))
