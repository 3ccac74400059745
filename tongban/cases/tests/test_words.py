"""A filing never speaks of a licence, a licence not of a filing, and a confirmation or benefit of neither."""

from dataclasses import replace
from datetime import datetime

import pytest

from tongban.cases import projection, sentences
from tongban.cases.states import STATES
from tongban.cases.tests.factories import whole_case
from tongban.kernel.node import Node
from tongban.kernel.text import Text

PLACES = {"receiving": Text("济阳区", "Jiyang"), "deciding": Text("临邑县", "Linyi"), "between": sentences.Between()}


@pytest.fixture
def case(node: Node, linyi: Node, at: datetime) -> projection.Case:
    folded = projection.fold(None, whole_case(node, linyi, at)[:5])
    assert folded
    special = {"procedure": "hearing", "until": "2026-12-01"}
    return replace(folded, special=special)


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_words_in_every_kind(case: projection.Case, state: str) -> None:
    for kind, wrong in (("filing", "许可"), ("licence", "备案"), ("service", "许可"), ("service", "备案")):
        standing = replace(case, state=state)
        for text in (sentences.status(standing, kind), sentences.whose_turn(standing, kind=kind, **PLACES)):  # type: ignore[arg-type]
            assert text.zh and text.en
            assert wrong not in text.zh


def test_a_refused_licence_is_called_so(case: projection.Case) -> None:
    refused = replace(case, state="refused")
    assert sentences.status(refused, "licence").zh == "不予许可"
    assert sentences.status(refused).zh == "不予备案"
