"""agreement_diff_s: every difference of an agreement of 95 items and 8 places, in a node that holds all items of 140 places.

The demo's services under other keys, each place with another promise and every third with one material more; nothing is kept from before.
"""

import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tongban.catalogue import comparing
from tongban.kernel import envelopes
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.project.bench.ground import Ground
from tongban.project.bench.guide import COLUMNS, TABLE, fill_others, list_demo_services, open_owner
from tongban.project.bench.running import Sizes

ITEMS = 95
PLACES = [str(990_001 + number) for number in range(8)]
DAY = "2020-01-01"
TURNS = 3


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    few = max(1, sizes.items // 10)
    with open_owner(ground) as owner:
        _publish(ground, owner)
        fill_others(owner, first=1, last=few)
        small = min(_compare() for _ in range(TURNS))
        fill_others(owner, first=few + 1, last=sizes.items)
        large = min(_compare() for _ in range(TURNS))
    return {
        "agreement_diff_s": round(large, 3), "agreement_diff_s_1k": round(small, 3), "agreement_diff_again_s": round(_compare(keep=True), 4),
    }  # fmt: skip


def _compare(*, keep: bool = False) -> float:
    if not keep:
        comparing.forget()
    begun = time.perf_counter()
    found = comparing.compare_items(on=legal_day(now()), places=PLACES, items=[_code(n) for n in range(ITEMS)])
    seconds = time.perf_counter() - begun
    if len(found) != ITEMS or not all(one.differences for one in found):
        raise ValueError("not every item was compared")
    return seconds


def _publish(ground: Ground, owner: Any) -> None:
    columns, places = ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
    with owner.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {TABLE} ({columns}) VALUES ({places})", list(_rows(ground)))  # noqa: S608  nobody types these


def _rows(ground: Ground) -> Iterator[tuple[Any, ...]]:
    node = ground.node
    services = [one.document for one in list_demo_services()]
    for number in range(ITEMS):
        for place, region in enumerate(PLACES):
            document = _made(services[number % len(services)], number, place, region)
            envelope = envelopes.sign(
                {"document": document}, type=envelopes.DEFINITION, suite=node.suite, keys=[node.keys["event"]]
            )
            yield (
                envelope.hash(node.suite), region, document["key"], _code(number), 1, DAY, DAY, DAY, envelope.key_id, envelope.raw
            )  # fmt: skip


def _made(document: Any, number: int, place: int, region: str) -> dict[str, Any]:
    made = {**deepcopy(dict(document)), "key": f"compared-{number}", "region": region}
    made["limits"]["promise"]["days"] += place
    if place % 3 == 0:
        situation = made["situations"][0]
        made["materials"] = [*made["materials"], {**made["materials"][0], "id": "more"}]
        situation["materials"] = [*situation["materials"], "more"]
    return made


def _code(number: int) -> str:
    return f"C{number:011d}"
