"""Python's garbage collector in a process that stays."""

import gc


def settle() -> None:
    """What is loaded now stays: the collector need not walk it again (it cost 230 ms pauses), and forked pages stay shared."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
