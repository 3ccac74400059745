"""Background steps of `documents`."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from tongban.documents import services
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.events import SealedRef
from tongban.kernel.scope import scope

AT_ONCE = 10
"""Few in one transaction: each scan takes seconds, and nobody waits for the others."""


def rescan_files(*, find_part: Callable[[str, UUID, str], SealedRef | None]) -> None:
    """Every region of this node, until nothing more leaves the quarantine."""
    node = registries.current_node()
    for region in node.regions:
        left = AT_ONCE
        while left == AT_ONCE:
            with scope([region]):
                left = services.rescan_files(
                    node=node, region=region, at=now(), find_part=partial(find_part, region), most=AT_ONCE
                )
