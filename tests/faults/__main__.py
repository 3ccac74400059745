"""`python -m tests.faults [--cases N] [--seed S] [--minutes M] [--pace P] [--quick]`: exit 0 when nothing was lost, forked or done twice, else 1."""

import argparse
import random
import sys
from pathlib import Path

from tests.faults.flow import Pace
from tests.faults.nemesis import OFTEN, SELDOM
from tests.faults.run import Wishes, run
from tongban.project.children import turn_signals_into_interrupts

QUICK_CASES = 400
QUICK_PACE = 5.0
"""Cases a second: four hundred of them meet eighty seconds of harm."""
CASES = 10_000
MINUTES = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--cases", type=int, help=f"how many to hand in ({CASES}; quick: {QUICK_CASES})")
    parser.add_argument(
        "--seed", type=int, default=random.randrange(1_000_000), help="the same seed does the same harm"
    )
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no new cases after that")
    parser.add_argument("--pace", type=float, default=0.0, help="cases a second; as many as there can be unless given")
    parser.add_argument("--quick", action="store_true", help="a small run for every change")
    parser.add_argument(
        "--out", type=Path, default=Path("build/faults"), help="where history and logs go, in a folder of the seed"
    )
    wished = parser.parse_args()
    turn_signals_into_interrupts()
    cases = wished.cases or (QUICK_CASES if wished.quick else CASES)
    pace = Pace(cases, per_second=QUICK_PACE if wished.quick and not wished.pace else wished.pace)
    pause = OFTEN if wished.quick else SELDOM
    result = run(Wishes(pace, wished.seed, wished.minutes, wished.out / str(wished.seed), pause))
    for sentence in result.sentences():
        print(sentence)
    return 0 if result.verdict.sound else 1


if __name__ == "__main__":
    sys.exit(main())
