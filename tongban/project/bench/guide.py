"""guide_page_p95_ms: guides of a place that holds every item of many places, through the serving process.

Each guide that is asked for is one that the process has not read yet, so that reading and compiling the definition is within the figure.
"""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel import envelopes
from tongban.project.bench.ground import JIYANG, LINYI, Ground, p95_ms
from tongban.project.bench.running import Sizes
from tongban.project.walk import Visitor

OFFERED = 140
"""Places that offer every item."""
WARM_UP = 4
TABLE = "catalogue_publisheddefinition"
COLUMNS = (
    "hash", "region", "key", "item", "version", "valid_from", "published_at", "stored_at", "key_id", "envelope"
)  # fmt: skip
# Rows that nobody asks for: what they would hold lies beside the table and is not read.
_OTHERS = """
INSERT INTO catalogue_publisheddefinition (hash, region, key, item, version, valid_from, published_at, stored_at, key_id, envelope)
SELECT md5(n || '-' || p) || md5(p || '-' || n), CASE p WHEN 0 THEN %(place)s ELSE (990000 + p)::text END, 'bench-' || n, 'bench-' || n, 1,
    '2020-01-01', now(), now(), '', ''
FROM generate_series(%(first)s::int, %(last)s::int) n, generate_series(0, %(places)s::int - 1) p
ON CONFLICT DO NOTHING
"""


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    """First with a tenth of the items, then with all of them."""
    few, documents = max(1, sizes.items // 10), [dict(one.document) for one in list_demo_services()]
    with Visitor(ground.url(JIYANG), timeout=120) as visitor, open_owner(ground) as owner:
        fill_others(owner, first=1, last=few)
        small = _ask(visitor, _publish(ground, owner, documents, "few", sizes.requests // 2))
        fill_others(owner, first=few + 1, last=sizes.items)
        large = _ask(visitor, _publish(ground, owner, documents, "all", sizes.requests))
    return {"guide_page_p95_ms": p95_ms(large), "guide_page_p95_ms_1k": p95_ms(small)}


def open_owner(ground: Ground) -> psycopg.Connection[Any]:
    return psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True)


def fill_others(owner: psycopg.Connection[Any], *, first: int, last: int) -> None:
    """Items that lie beside what is measured; those of another figure of this run are there already."""
    owner.execute(_OTHERS, {"first": first, "last": last, "places": OFFERED, "place": LINYI.region})
    # As the database's own housekeeping does after so many rows.
    owner.execute(f"VACUUM (ANALYZE) {TABLE}")


def _publish(
    ground: Ground, owner: psycopg.Connection[Any], documents: Sequence[dict[str, Any]], name: str, count: int
) -> list[str]:
    """The documents again and again, whole and signed, each under another key; the addresses of their guides."""
    made = [_row(ground, documents[n % len(documents)], f"bench-{name}-{n}") for n in range(max(2, count) + WARM_UP)]
    columns, places = ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
    with owner.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {TABLE} ({columns}) VALUES ({places})", made)  # noqa: S608  nobody types these
    addresses = [f"/guides/{row[2]}/{LINYI.region}/online" for row in made]
    random.Random(7).shuffle(addresses)  # noqa: S311  which page, no secret
    return addresses


def list_demo_services() -> Iterator[Definition]:
    """The demo's services of 临邑, and none of the rows that a figure has filled in."""
    for publication in catalogue.list_publications(LINYI.region):
        if not publication.key.startswith("bench-"):
            yield catalogue.get_definition(publication.hash)


def _row(ground: Ground, document: dict[str, Any], key: str) -> tuple[Any, ...]:
    node, payload = ground.node, {"document": {**document, "key": key}}
    envelope = envelopes.sign(payload, type=envelopes.DEFINITION, suite=node.suite, keys=[node.keys["event"]])
    day = "2020-01-01"
    return (envelope.hash(node.suite), LINYI.region, key, key, 1, day, day, day, envelope.key_id, envelope.raw)


def _ask(visitor: Visitor, addresses: Sequence[str]) -> list[float]:
    """Seconds of each answer, the first few left out."""
    seconds = []
    for address in addresses:
        begun = time.perf_counter()
        answer = visitor.client.get(address)
        seconds.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise ValueError(f"{address}: status {answer.status_code}")
    return seconds[WARM_UP:]
