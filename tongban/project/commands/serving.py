"""`tongban node serve`."""

from argparse import Namespace

from tongban.kernel import registries
from tongban.project import home
from tongban.project import serve as pages


def serve(args: Namespace) -> None:
    home.require_current_tables()
    pages.serve(registries.current_node(), bind=args.bind, port=args.port, workers=args.workers, threads=args.threads)
