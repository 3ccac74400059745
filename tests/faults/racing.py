"""Threads of one process that do different things to one case at the same moment, each over a connection of its own.

    python -m tests.faults.racing [--hold] HOME CASE ACT …

One line of JSON: what became of each act, "done" or the code of its refusal. Acts: see `acts.ACTS`. With --hold each says "held" when all but
its commit is done, and waits for a line.
"""

import json
import sys
import threading
from importlib import import_module
from pathlib import Path

from tongban.project import home, logs


def main(arguments: list[str]) -> None:
    holds = arguments[0] == "--hold"
    directory, case_id, *acts = arguments[holds:]
    logs.configure("racing", home=Path(directory), quiet=True)
    node = home.prepare(Path(directory))
    # What follows needs tables, so it is imported only now.
    racer = import_module("tests.faults.acts").Racer(node, case_id, hold=hold if holds else lambda: None)
    said: list[str] = [""] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        said[number] = racer.run(acts[number], start.wait)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(said))


def hold() -> None:
    print("held", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1:])
