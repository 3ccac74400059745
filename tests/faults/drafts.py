"""Fills in applications up to the last page, in a process of the receiving node, one line of JSON each: {"case", "version", "phone"}.

    python -m tests.faults.drafts HOME DECIDING COUNT PHONE …

Stops when nobody reads, for its pipe is full then. The phones' people have signed in before.
"""

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from tongban.project import home, logs


def main(arguments: list[str]) -> None:
    directory, deciding, count, *phones = arguments
    logs.configure("drafts", home=Path(directory), quiet=True)
    node = home.prepare(Path(directory))
    # What follows needs tables, so it is imported only now.
    filling = import_module("tests.faults.filling")
    writer = filling.Writer(node, deciding)
    for number in range(int(count)):
        print(json.dumps(_patiently(filling, writer, phones[number % len(phones)])), flush=True)


def _patiently(filling: Any, writer: Any, phone: str) -> dict[str, str]:
    """The database may be away for a moment: that is what all this is about."""
    while True:
        try:
            draft: dict[str, str] = writer.fill_in(phone)
        except filling.Away:
            filling.come_back()
            time.sleep(0.3)
        else:
            return draft


if __name__ == "__main__":
    main(sys.argv[1:])
