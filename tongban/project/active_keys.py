"""At the start of a process: the keys that the member list in force names. Imported after `home.prepare`."""

from contextlib import suppress

from tongban.alliance import queries as alliance
from tongban.alliance.own_keys import use_listed_keys
from tongban.alliance.queries import NoMemberList
from tongban.kernel.clock import now
from tongban.kernel.node import Node


def begin_with_listed_keys(node: Node) -> None:
    """Later changes are taken up wherever something is signed or sent."""
    at = now()
    with suppress(NoMemberList):
        use_listed_keys(node, alliance.latest_list(at), at)
