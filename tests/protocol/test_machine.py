"""Whatever is done in whatever order: one chain per case, one decision, one effect, honest receipts; and all copies equal in the end."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.protocol.machine import Machine
from tests.protocol.world import World

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "25"))
STEPS = 40
SHRINK = os.environ.get("MACHINE_SHRINK", "yes") == "yes"
"""Off where only the verdict counts."""


@pytest.mark.timeout(900)
def test_nothing_is_lost_forked_or_done_twice(make_world: Callable[[], AbstractContextManager[World]]) -> None:
    """I2, I3, I4, I8, I9 after every step; I1, I5 at rest."""
    run_state_machine_as_test(
        lambda: Machine(make_world),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if SHRINK else [])],
        ),
    )
