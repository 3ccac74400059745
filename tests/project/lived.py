"""A node with a past, in a process of its own: `python -m tests.project.lived HOME CASES` makes it and writes cases until stdin ends.

Prints "ready" when the first CASES are there, and then goes on writing, as a node does while it is backed up.
"""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance.trust import Root, Trust, save_trust
from tongban.kernel.crypto import SUITES
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node, create_node
from tongban.project import home as homes


def main(directory: Path, cases: int) -> None:
    node, write = open_node(directory)
    for _ in range(cases):
        write(node)
    print("ready", flush=True)
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    while not stop.wait(0.1):
        write(node)


def open_node(directory: Path) -> tuple[Node, Callable[[Node], None]]:
    if not (directory / "node.json").exists():
        _make(directory)
    node = homes.prepare(directory)
    # Whatever imports tables comes after that.
    import_module("tongban.project.basics").bring_up_to_date(node)
    papers: Any = import_module("tongban.alliance.tests.factories")
    factories: Any = import_module("tongban.exchange.tests.factories")
    at = datetime.now(UTC)
    if import_module("tongban.alliance.queries").newest_list() is None:
        save_trust(directory / homes.TRUST, papers.TRUST)
        others = [
            create_node(directory.parent / f"{directory.name}-{code}", id=f"{code}-1", alliance="demo", regions=(code,),
                        url=f"http://{code}.localhost:1", demo=True)
            for code in (LINYI, HUIMIN)
        ]  # fmt: skip
        papers.found_alliance([node, *others], at - timedelta(minutes=1))

    def write(node: Node) -> None:
        case_id = new_id()
        at = datetime.now(UTC).replace(microsecond=0)
        sealed = factories.seal(node, case_id, "罗建国")
        factories.write(node, case_id, factories.opened(sealed=(sealed.ref,)), at=at, parts=(sealed,))
        factories.write(node, case_id, factories.noted(), factories.offered(), at=at)

    return node, write


def _make(directory: Path) -> None:
    root, place = SUITES[1].new_signing_key(owner="root"), directory.parent / "trust-for-now.json"
    save_trust(place, Trust("demo", (Root(root.id, root.public),), 1))
    url = "http://jiyang.localhost:1"
    homes.make_home(directory, id=f"{JIYANG}-1", alliance="demo", regions=(JIYANG,), url=url, trust=place, demo=True)
    (directory / "blobs" / "ab").mkdir(parents=True)
    (directory / "blobs" / "ab" / "cdef").write_bytes(b"ciphertext of a file")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
