"""Taking the alliance's signed papers into a node."""

from argparse import Namespace
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

from tongban.alliance import services
from tongban.alliance.fences import Order
from tongban.alliance.trust import load_trust
from tongban.alliance.verification import claims_of, read_document
from tongban.cases import services as cases
from tongban.exchange import services as exchange
from tongban.exchange.adapters.http import PeerClient
from tongban.kernel import envelopes, registries, strictjson
from tongban.kernel.actors import system
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.project.commands.papers import read_file
from tongban.project.home import TRUST


def list_import(args: Namespace) -> None:
    members = exchange.take_list(
        node=registries.current_node(),
        raw=read_file(args.document),
        trust=load_trust(args.home / TRUST),
        at=datetime.now(UTC),
    )
    print(f"member list version {members.version}: {len(members.nodes)} nodes, {len(members.regions)} regions")


def fence(args: Namespace) -> None:
    """Asks every surviving place of the case; what this one lacks of the longest chain is on its way afterwards."""
    node = registries.current_node()
    with closing(PeerClient(node)) as client:
        found = exchange.collect_fences(
            node, region=args.region, case_id=_case(args.case), at=datetime.now(UTC), client=client
        )
    args.out.write_bytes(strictjson.canonical(found.as_json()))
    print(f"{len(found.raws)} fences; the longest chain goes to {found.seq}, this copy to {found.have}")


def reassign(args: Namespace) -> None:
    order = read_file(args.order)
    said = Order.from_json(claims_of(read_document(order, type=envelopes.ORDER)))
    node = registries.current_node()
    if not node.hosts(said.to):
        raise Forbidden
    with scope([said.to]):
        cases.go_on_by_order(
            node=node, region=said.to, case_id=said.case, order=order, by=system(said.to), at=datetime.now(UTC)
        )
    print(f"case {said.case} goes on at {said.to}")


def _case(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def agreement_import(args: Namespace) -> None:
    agreement = services.import_agreement(raw=args.document.read_bytes(), at=datetime.now(UTC))
    print(f"agreement {agreement.id} version {agreement.version}: {', '.join(agreement.members)}")
