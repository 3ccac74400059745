"""The demo insurance platform with a journal of every call, and an own fault: it files, and then does not say so.

python -m tests.faults.platform --people FILE --journal FILE --seed S --silent 0.1
"""

import argparse
import json
import os
import random
import signal
import threading
from pathlib import Path

from tongban.project.registers.people import DemoPerson, load_people
from tongban.project.registers.platform import Platform
from tongban.project.registers.server import Answer, Answering, DemoServer, Unwell


class Journalling(Platform):
    """`silent`: how probable it is that a filing is made and its answer is a failure."""

    def __init__(self, people: dict[str, DemoPerson], journal: Path, *, chance: random.Random, silent: float) -> None:
        super().__init__(people)
        self._journal, self._chance, self._silent = journal.open("a", buffering=1), chance, silent
        self._writing = threading.Lock()

    def answering(self) -> dict[str, Answering]:
        return {"/filings": self.push_and_note}

    def push_and_note(self, key: str, filing: Answer) -> Answer:
        with self._writing:
            known = key in self.filings
            answer = self.push(key, filing)
            call = {
                "key": key, "number": filing["number"], "reference": answer.get("reference", ""),
                "filed": not known and key in self.filings,
            }  # fmt: skip
            self._journal.write(json.dumps(call) + "\n")
            silent = self._chance.random() < self._silent
        if silent:
            raise Unwell
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--silent", type=float, default=0.0)
    options = parser.parse_args()
    chance = random.Random(f"{options.seed} platform")
    platform = Journalling(load_people(options.people), options.journal, chance=chance, silent=options.silent)
    server = DemoServer(0, secret=os.environ["TONGBAN_REGISTER_SECRET"], paths=platform.answering())
    print(server.url, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
