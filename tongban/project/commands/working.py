"""`tongban node worker`."""

from argparse import Namespace

from tongban.kernel import registries
from tongban.project import home
from tongban.project import worker as jobs


def worker(args: Namespace) -> int:
    home.require_current_tables()
    return jobs.work(registries.current_node(), concurrency=args.concurrency)
