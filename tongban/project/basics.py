"""What every node holds before its first case: tables, places, halls, the working-day calendar. Imported after `home.prepare`."""

from tongban.kernel.calendar import load_calendar
from tongban.kernel.node import Node
from tongban.project import home
from tongban.regions.services import load_regions


def bring_up_to_date(node: Node) -> None:
    """Safe to run again, and on each release."""
    home.migrate(node.home)
    load_regions()
    load_calendar()
