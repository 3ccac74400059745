"""Definitions of items: publish this region's, fetch the others'."""

from argparse import Namespace
from datetime import UTC, datetime

from tongban.catalogue import layers, queries, services
from tongban.exchange.jobs import fetch_definitions
from tongban.kernel import registries
from tongban.kernel.actors import system


def publish(args: Namespace) -> None:
    document = layers.load_document(args.key, args.region)
    published = services.publish(
        node=registries.current_node(),
        region=args.region,
        document=document,
        by=system(args.region),
        at=datetime.now(UTC),
    )
    print(f"{published.key} {published.version} of {published.region}: {published.hash}")


def fetch(args: Namespace) -> None:
    """A peer that is away is named in the log and holds up no other."""
    fetch_definitions()
    for publication in queries.list_publications():
        print(f"{publication.key} {publication.version} of {publication.region}: {publication.hash}")
