"""The model asks the product who writes next; the sentence of the protocol page, written down a second time, must say the same."""

import pytest

from tests.model.chains import ACCEPT, ANSWER, DECLINE, NAMES, OFFER, OPEN, REASSIGN, A, B, C, Chains, Event, as_payload
from tests.model.search import Search
from tests.model.variants import VARIANTS
from tongban.exchange import chain

Allowed = tuple[str, frozenset[str]]


def as_the_page_says(events: list[Event]) -> Allowed:
    """After an offer its addressee, who answers; after a decline who had offered; else the latest author (docs: peer protocol, 3)."""
    if not events:
        return "", frozenset({OPEN})
    last = events[-1]
    if last.op == OFFER:
        return NAMES[last.arg], frozenset({ACCEPT, DECLINE})
    writer = events[-2].author if last.op == DECLINE else last.arg if last.op == REASSIGN else last.author
    return NAMES[writer], frozenset({"", OFFER})


def as_the_product_says(events: list[Event]) -> Allowed:
    return chain.writer(
        [as_payload(event, seq=n, prev=str(n - 1) if n > 1 else "") for n, event in enumerate(events, 1)]
    )


def chains_of(*names: str) -> list[list[Event]]:
    """All chains that these searches met, forks and lost tails included."""
    found = []
    for name in names:
        world = Search(VARIANTS[name].scenario).run().world
        found += [world.chains.events(number) for number in range(len(world.chains.all))]
    return found


@pytest.fixture(scope="module")
def met() -> list[list[Event]]:
    return chains_of("baton", "R6", "restore", "suspension", "proposal", "two cases", "rotation")


def test_the_product_and_the_page_agree_on_every_chain_of_the_model(met: list[list[Event]]) -> None:
    assert len(met) > 200
    assert {event.op for events in met for event in events} >= {OPEN, OFFER, ACCEPT, DECLINE, REASSIGN, ANSWER}
    for events in met:
        assert as_the_product_says(events) == as_the_page_says(events), events


def test_the_model_goes_on_from_what_the_product_says(met: list[list[Event]]) -> None:
    for events in met:
        chains, number = Chains(), 0
        for event in events:
            number = chains.add(event._replace(parent=number))
            assert chains[number].legal, events
        writer = NAMES[chains[number].writer] if events else ""
        assert (writer, chains[number].head.allowed) == as_the_page_says(events), events


def test_what_the_product_forbids_is_no_legal_chain() -> None:
    chains = Chains()
    opening = chains.add(Event(0, 0, A, OPEN))
    offer = chains.add(Event(0, opening, A, OFFER, B))
    assert chains[offer].legal
    for author, op in ((A, ANSWER), (C, ACCEPT), (B, ANSWER), (B, OFFER)):
        assert not chains[chains.add(Event(0, offer, author, op))].legal


def test_chains_that_part_do_not_agree() -> None:
    chains = Chains()
    opening = chains.add(Event(0, 0, A, OPEN))
    one, other = (chains.add(Event(0, opening, A, OFFER, to)) for to in (B, C))
    assert chains.agree(opening, one)
    assert not chains.agree(one, other)
    assert chains.common(one, other) == opening
    assert chains.longest(opening, one) == one
