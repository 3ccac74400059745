"""Waiting until every node of the demo holds what every other has published. The nodes fetch by themselves; this asks them, as a peer would."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.kernel.node import load_node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

INDEX = "/txp/1/definitions"
MAX_INDEX_BYTES = 1024 * 1024
PATIENCE_SECONDS = 60.0


class DefinitionsMissing(Refused):
    status = 503
    text = Text(
        "节点 {node} 在 {seconds:.0f} 秒内未取得其他节点发布的全部事项定义。",
        "Node {node} did not fetch all definitions of the others within {seconds:.0f} s.",
    )
    advice = Text("请查看 {log}。", "Look into {log}.")


def wait_until_shared(homes: Mapping[str, Path], *, require_alive: Callable[[], None]) -> int:
    """How many definitions each node holds, once all hold the same and every node has published. Refuses `DefinitionsMissing`.

    `homes` by name of the place; `require_alive` is called again and again and may refuse.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    with closing(PeerClient(load_node(next(iter(homes.values()))))) as client:
        while True:
            held = {name: _held(client, load_node(home).url) for name, home in homes.items()}
            behind = list(_behind(held))
            if not behind:
                return len(next(iter(held.values())))
            if time.monotonic() > deadline:
                raise DefinitionsMissing(
                    node=behind[0], seconds=PATIENCE_SECONDS, log=homes[behind[0]] / "log" / "worker.log"
                )
            require_alive()
            time.sleep(0.2)


def _behind(held: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Each node publishes before it opens, so what all hold together is all there is."""
    everything = frozenset[str]().union(*held.values())
    return (name for name, hashes in held.items() if not hashes or hashes != everything)


def _held(client: PeerClient, url: str) -> frozenset[str]:
    try:
        index = client.get(url, INDEX, max_bytes=MAX_INDEX_BYTES, at=datetime.now(UTC))
    except PeerUnreachable:
        return frozenset()
    return frozenset(entry["hash"] for entry in json.loads(index)["definitions"])
