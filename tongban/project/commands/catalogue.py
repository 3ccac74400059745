"""Definitions of items: publish this region's, fetch the others'."""

import sys
from argparse import Namespace
from contextlib import closing
from datetime import UTC, datetime

from tongban.catalogue import layers, queries
from tongban.catalogue.lint.documents import lint_document
from tongban.exchange import services as exchange
from tongban.exchange.adapters.http import PeerClient
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.project.active_keys import begin_with_listed_keys
from tongban.review.publications import publish_definition


def publish(args: Namespace) -> None:
    begin_with_listed_keys(registries.current_node())
    document = layers.load_document(args.key, args.region)
    with scope([args.region]):
        published = publish_definition(
            node=registries.current_node(),
            region=args.region,
            document=document,
            by=system(args.region),
            at=datetime.now(UTC),
            without_rehearsal=args.without_rehearsal,
            why=Text(args.reason, args.reason) if args.reason else None,
        )
    for finding in lint_document(document):
        if finding.severity == "warning":
            print(f"! {finding.field} {finding.what.zh} {finding.what.en}", file=sys.stderr)
    print(f"{published.key} {published.version} of {published.region}: {published.hash}")


def fetch(args: Namespace) -> int:
    """Prints what is held afterwards; 1 when a peer gave no answer or a definition was refused, with its name and why on stderr."""
    node = registries.current_node()
    with closing(PeerClient(node)) as client:
        fetched = exchange.fetch_definitions(node, datetime.now(UTC), client=client)
    for publication in queries.list_publications():
        new = "  new" if publication.hash in fetched.came else ""
        print(f"{publication.key} {publication.version} of {publication.region}: {publication.hash}{new}")
    for what, reasons in (("no answer of", fetched.away), ("refused", fetched.refused)):
        for name, reason in reasons.items():
            print(f"{what} {name}: {reason}", file=sys.stderr)
    return 1 if fetched.away or fetched.refused else 0
