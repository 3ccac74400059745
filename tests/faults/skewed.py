"""Runs a module under libfaketime: python -m tests.faults.skewed MODULE ARGUMENT …

With the monotonic clock left alone, the library refuses the absolute sleeps of Python's `time.sleep`; `select` sleeps as well.
"""

import runpy
import select
import sys
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


def main() -> None:
    time.sleep = sleep
    _, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
