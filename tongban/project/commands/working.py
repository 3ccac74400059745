"""`tongban node worker`."""

from argparse import Namespace
from contextlib import suppress

from django.db import DatabaseError

from tongban.exchange import services as exchange
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.project import home
from tongban.project import worker as jobs
from tongban.project.active_keys import begin_with_listed_keys


def worker(args: Namespace) -> int:
    node = registries.current_node()
    home.require_current_tables()
    exchange.open_incarnation(node=node, at=now())
    begin_with_listed_keys(node)
    code = jobs.work(node, concurrency=args.concurrency)
    with suppress(DatabaseError):
        exchange.renew_seal(node=node, at=now())
    return code
