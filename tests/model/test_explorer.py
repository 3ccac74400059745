"""All rules on: no run within the bounds goes wrong. One rule off: the search finds the run that does."""

import re
from pathlib import Path

import pytest

from tests.model import explorer
from tests.model.chains import DECIDE, NODES
from tests.model.scenario import RULES
from tests.model.search import Search
from tests.model.variants import LISTED, VARIANTS, Variant
from tests.model.verdicts import LIVE, SAFE
from tests.model.words import describe

REFERENCE = Path(__file__).resolve().parents[2] / "docs/reference/explorer.md"
QUICK = [variant for variant in LISTED if not variant.deep]


@pytest.mark.parametrize("variant", QUICK, ids=lambda variant: variant.name.replace(" ", "-"))
def test_the_search_finds_what_is_claimed(variant: Variant) -> None:
    result = Search(variant.scenario).run()
    assert result.verdict == variant.expected, "\n".join(describe(result))
    assert result.states >= variant.floor
    assert bool(result.path) == (result.verdict not in (SAFE, LIVE))


def test_every_rule_is_switched_off_once() -> None:
    assert len(VARIANTS) == len(LISTED)
    assert {rule for variant in QUICK for rule in variant.scenario.off} == set(RULES)


def test_what_holds_with_all_rules_breaks_without_one() -> None:
    """A rule whose absence the search does not notice would be no rule."""
    for variant in LISTED:
        assert not variant.scenario.off or variant.expected not in (SAFE, LIVE)


def test_a_counterexample_is_told_in_sentences_and_is_as_short_as_can_be() -> None:
    assert list(describe(Search(VARIANTS["R6"].scenario).run())) == [
        "  1  A writes OFFER to B (case 1, event 2)",
        "  2  B takes A's OFFER to B (case 1, event 2)",
        "  3  B sends ACCEPT (case 1, event 3), and its transaction fails",
        "  4  B writes DECLINE (case 1, event 3)",
        "  5  A takes B's ACCEPT (case 1, event 3)",
        "     → FORK",
        "     case 1 at A: A:OPEN › A:OFFER to B › B:ACCEPT",
        "     case 1 at B: A:OPEN › A:OFFER to B › B:DECLINE",
        "     case 1 at C: A:OPEN",
    ]


def test_every_step_of_every_counterexample_has_words() -> None:
    for name in ("R15-relearn", "R17-relearn", "R18, suspension", "R19-park", "R19-retry", "slip-no", "slip-open"):
        lines = list(describe(Search(VARIANTS[name].scenario).run()))
        assert len(lines) > len(NODES) + 2
        assert not [line for line in lines if "{" in line or "None" in line]


def test_the_command_says_no_when_a_verdict_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer.main(["--variant", "R6"]) == 0
    right = VARIANTS["R6"]
    for wrong in (Variant("R6", right.scenario, LIVE, 1), Variant("R6", right.scenario, right.expected, 1_000_000)):
        monkeypatch.setitem(VARIANTS, "R6", wrong)
        assert explorer.main(["--variant", "R6"]) == 1
    assert "expected at least 1000000" in capsys.readouterr().out


def labels_of(name: str) -> set[str]:
    """What can happen in the states that this search met."""
    search = Search(VARIANTS[name].scenario)
    search.run()
    return {label[0] for state in list(search.before) for label, _, _ in search.moves(state)}


@pytest.mark.parametrize(
    ("name", "happens"),
    [
        ("restore", {"is restored", "answers", "has recovered", "hears what was declared by", "gives effect"}),
        ("suspension", {"learns the second list", "agrees", "hears what was agreed", "returns", "gives effect"}),
        ("rotation", {"learns the second list", "gives effect"}),
        ("compromise", {"the thief signs", "learns the second list", "gives effect"}),
        ("proposal", {"proposes to", "gives effect"}),
    ],
)
def test_where_nothing_goes_wrong_something_happens(name: str, happens: set[str]) -> None:
    assert labels_of(name) >= happens | {"writes", "takes"}


def test_who_has_recovered_decides_in_its_new_incarnation() -> None:
    search = Search(VARIANTS["restore"].scenario)
    chains = search.run().world.chains
    renewed = sum(1 << number for event, number in chains.numbers.items() if event.op == DECIDE and event.inc == 1)
    assert any(case.given & renewed for case in search.cases.things)


def test_the_reference_lists_every_variant_with_its_verdict() -> None:
    rows = re.findall(r"^\| (.+?)(?: \(deep\))? \| [\d,]+ \| [\d.]+ \| (.+) \|$", REFERENCE.read_text(), re.MULTILINE)
    assert rows == [(variant.name, variant.expected) for variant in LISTED]
