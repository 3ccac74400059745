"""Runs a module inside a network namespace: python -m tests.faults.inside NAMESPACE MODULE ARGUMENT … (root, Linux)

Nothing is executed anew, so whoever ends with its parent still does.
"""

import ctypes
import os
import runpy
import sys

CLONE_NEWNET = 0x40000000


def enter(namespace: str) -> None:
    """The calling thread, and whatever it starts."""
    file = os.open(f"/run/netns/{namespace}", os.O_RDONLY | os.O_CLOEXEC)
    if ctypes.CDLL(None, use_errno=True).setns(file, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
    os.close(file)


def main() -> None:
    namespace, module, *arguments = sys.argv[1:]
    enter(namespace)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
