"""What every node holds before its first case: tables, places, halls, the working-day calendar, its first incarnation. After `home.prepare`."""

from tongban.exchange.incarnation import begin_first_life
from tongban.exchange.services import open_incarnation
from tongban.kernel.calendar import load_calendar
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.project import home
from tongban.regions.services import load_regions

FIRST_LIFE = "exchange.0003_faults"
"""The migration since which a node knows which life it lives."""


def bring_up_to_date(node: Node) -> None:
    """Safe to run again, and on each release."""
    upgraded = FIRST_LIFE in home.pending_migrations()
    home.migrate(node.home)
    load_regions()
    load_calendar()
    if upgraded:
        begin_first_life(node=node, at=now())
    open_incarnation(node=node, at=now())
