"""The seals of a demonstration node: asked for by one made-up person, confirmed by another; its signer makes them."""

from datetime import datetime, timedelta

from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.seals import queries, services

VALID = timedelta(days=3 * 365)
SEALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "approval-bureau": ("行政审批专用章", ("licence", "paper")),
    "medical-insurance": ("业务专用章", ("licence",)),
    "disability-federation": ("残疾人证专用章", ("licence",)),
}
"""Office → what stands below the star, and what it may stand on."""


def make_seals(node: Node, region: str, *, at: datetime) -> None:
    """Those that are not there yet."""
    today = legal_day(at)
    chief = Actor("staff", "s-demo-chief", region, frozenset({"chief"}))
    supervisor = Actor("staff", "s-demo-supervisor", region, frozenset({"supervisor"}))
    with scope([region]):
        known = {seal.office for seal in queries.list_seals(region=region, on=today)}
        for office in regions.list_offices(region):
            if office.code in SEALS and office.code not in known:
                title, uses = SEALS[office.code]
                seal_id = services.ask_seal(
                    node=node, region=region, office=office.code, owner=office.name.removesuffix("（演示）"), title=title, uses=uses,
                    valid_from=today, valid_until=today + VALID, by=chief, at=at,
                )  # fmt: skip
                services.confirm_seal(region=region, seal_id=seal_id, by=supervisor, at=at)
