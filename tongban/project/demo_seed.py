"""Brings one demo node up to date: tables, papers, its own definition, accounts.

    python -m tongban.project.demo_seed HOME PLACE PAPERS

One process per node, all at once. Safe to run again: what is there already stays.
"""

import sys
from importlib import import_module
from pathlib import Path

from tongban.project import home, logs


def main(arguments: list[str]) -> int:
    directory, place, papers = arguments
    logs.configure("seed", home=Path(directory))
    home.prepare(Path(directory))
    # What follows needs tables, so it is imported only now.
    import_module("tongban.project.demo_filling").fill(place, Path(papers))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
