"""`tongban node serve`."""

from argparse import Namespace

from tongban.exchange import services as exchange
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.project import home
from tongban.project import serve as pages
from tongban.project.active_keys import begin_with_listed_keys


def serve(args: Namespace) -> None:
    home.require_current_tables()
    exchange.open_incarnation(node=registries.current_node(), at=now())
    begin_with_listed_keys(registries.current_node())
    pages.serve(registries.current_node(), bind=args.bind, port=args.port, workers=args.workers, threads=args.threads)
