"""The claims: what holds with all rules on, and for each rule what goes wrong without it."""

from dataclasses import dataclass, replace

from tests.model import verdicts
from tests.model.chains import A, B, C
from tests.model.scenario import Matter, Scenario


@dataclass(frozen=True, slots=True)
class Variant:
    """Named after the rule that is off, or after the faults that come while all rules are on.

    `floor`: with fewer states the search has not seen what it claims to have seen.
    """

    name: str
    scenario: Scenario
    expected: str
    floor: int
    deep: bool = False


TO_AND_FRO = {A: (B,), B: (A,)}
ANYBODY = {A: (B, C), B: (A, C), C: (A, B)}

HANDED_BACK = Matter(offers=TO_AND_FRO, most_offers=2)
WITH_SLIP = Matter(slip_of=C)
WITH_SLIP_HANDED_BACK = replace(HANDED_BACK, slip_of=C)
OTHER_WAY = Matter(opener=B, offers={B: (A,)})
SHORT, SHORT_OTHER_WAY = replace(Matter(), decided=False), replace(OTHER_WAY, decided=False)
"""Without decisions: two cases at once multiply the states."""
NEW_OTHER_WAY = replace(SHORT_OTHER_WAY, known_to_all=False)

RESTORE = Scenario(restores=1)
SUSPENSION = Scenario(second_list="suspended")
ROTATION = Scenario(second_list="rotated")
COMPROMISE = Scenario(second_list="compromised", live=False)
"""A parked case waits for a person, so nothing is claimed about how it ends."""
SLIP = Scenario(matters=(WITH_SLIP_HANDED_BACK,))
TWO_CASES = Scenario(matters=(Matter(), OTHER_WAY))
TWO_SHORT = Scenario(matters=(SHORT, SHORT_OTHER_WAY))
TWO_ONE_NEW = Scenario(matters=(SHORT, NEW_OTHER_WAY), restores=1, restorable=(B,))

DOUBLE = replace(SUSPENSION, restores=1, live=False)
"""With one of three nodes gone for good, two witnesses cannot be had any more: safe, but it may wait."""
DOUBLE_TWO_WITNESSES = replace(DOUBLE, witnesses=2)


def off(floor: int, rule: str, scenario: Scenario, expected: str, *, name: str = "") -> Variant:
    return Variant(name or rule, replace(scenario, off=frozenset({rule})), expected, floor)


def on(floor: int, name: str, scenario: Scenario, expected: str = "", *, deep: bool = False) -> Variant:
    usual = verdicts.LIVE if scenario.live else verdicts.SAFE
    return Variant(name, scenario, expected or usual, floor, deep)


LISTED = (
    on(3_000, "baton", Scenario(matters=(Matter(offers=ANYBODY, most_offers=3),))),
    off(5, "R4", Scenario(), verdicts.FORK),
    off(50, "R4-once", Scenario(matters=(HANDED_BACK,)), verdicts.DECIDED_TWICE),
    off(30, "R6", Scenario(), verdicts.FORK),
    on(4_000, "restore", RESTORE),
    on(50_000, "restore, case handed back", replace(RESTORE, matters=(HANDED_BACK,))),
    off(50, "R15", RESTORE, verdicts.FORK),
    off(300, "R15-promise", RESTORE, verdicts.FORK),
    off(200, "R15-all", RESTORE, verdicts.FORK),
    off(30_000, "R15-relearn", replace(RESTORE, restores=2), verdicts.FORK),
    off(200, "R15-answers", replace(RESTORE, restores=2, witnesses=2), verdicts.STUCK),
    off(3_000, "R15-list", replace(DOUBLE_TWO_WITNESSES, restorable=(A,)), verdicts.FORK),
    off(100, "R16", RESTORE, verdicts.STUCK),
    off(30_000, "R14", RESTORE, verdicts.TWO_EFFECTS),
    off(1_000, "R18", RESTORE, verdicts.TWO_EFFECTS, name="R18, restore"),
    on(800, "suspension", SUSPENSION),
    off(100, "R17-longest", SUSPENSION, verdicts.FORK),
    off(200, "R17-fence", SUSPENSION, verdicts.FORK),
    off(100, "R17-all", SUSPENSION, verdicts.FORK),
    off(200, "R17-past", SUSPENSION, verdicts.STUCK),
    off(100, "R17-return", SUSPENSION, verdicts.FORK),
    off(2_000, "R17-relearn", replace(DOUBLE_TWO_WITNESSES, restorable=(A,)), verdicts.FORK),
    off(400, "R18", SUSPENSION, verdicts.TWO_EFFECTS, name="R18, suspension"),
    on(20_000, "suspension, witness restored, 1 witness", replace(DOUBLE, restorable=(C,)), verdicts.TWO_EFFECTS),
    on(30_000, "suspension, witness restored", replace(DOUBLE_TWO_WITNESSES, restorable=(C,))),
    on(300, "rotation", ROTATION),
    on(40_000, "rotation, restore of home", replace(ROTATION, restores=1, restorable=(B,))),
    off(300, "R19-named", ROTATION, verdicts.STUCK),
    off(100, "R19-retry", ROTATION, verdicts.STUCK),
    on(1_000, "compromise", COMPROMISE),
    off(200, "R19-vouched", COMPROMISE, verdicts.FORGERY),
    off(100, "R19-park", COMPROMISE, verdicts.FORGERY),
    on(1_000, "proposal", SLIP),
    on(30_000, "proposal, restore of home", Scenario(matters=(WITH_SLIP,), restores=1, restorable=(B,))),
    on(10_000, "proposal, suspension", replace(SUSPENSION, matters=(WITH_SLIP,))),
    off(400, "slip-once", SLIP, verdicts.ANSWERED_TWICE),
    off(800, "slip-follows", SLIP, verdicts.LOST),
    off(2_000, "slip-open", SLIP, verdicts.LOST),
    off(100, "slip-no", SLIP, verdicts.BOTH_ANSWERS),
    on(1_000, "two cases", TWO_CASES),
    on(30_000, "two cases, rotation", replace(TWO_CASES, second_list="rotated")),
    on(60_000, "two cases, restore", replace(TWO_SHORT, restores=1)),
    on(30_000, "two cases, suspension", replace(TWO_SHORT, second_list="suspended")),
    on(70_000, "two cases, one newer than the backup", TWO_ONE_NEW),
    off(4_000, "R15-unknown", TWO_ONE_NEW, verdicts.FORK),
    on(100_000, "two restores, 1 witness", replace(RESTORE, restores=2), verdicts.TWO_EFFECTS, deep=True),
    on(200_000, "two restores", replace(RESTORE, restores=2, witnesses=2), deep=True),
    on(100_000, "suspension, restore of any", DOUBLE_TWO_WITNESSES, deep=True),
    on(70_000, "rotation, restore of any", replace(ROTATION, restores=1), deep=True),
    on(800_000, "proposal handed back, restore of any", replace(SLIP, restores=1), deep=True),
    on(300_000, "two cases decided, restore", Scenario(matters=(Matter(), SHORT_OTHER_WAY), restores=1), deep=True),
    on(900_000, "two cases decided, suspension", replace(TWO_CASES, second_list="suspended"), deep=True),
    on(
        700_000,
        "two cases, rotation, restore",
        replace(TWO_SHORT, second_list="rotated", restores=1, restorable=(B,)),
        deep=True,
    ),
)
VARIANTS = {variant.name: variant for variant in LISTED}
