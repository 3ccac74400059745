"""Status lists are made of what stands in the table, fetched by the other nodes, and never taken backwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.cast import JIYANG, LINYI
from tongban.alliance.tests.factories import found_alliance
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.licences import models, publishing
from tongban.licences.qr import write_code
from tongban.licences.status import NOT_YET, VALID, BadList, read_list, sign_list
from tongban.licences.tests.held import LIST, hold
from tongban.licences.verdicts import Verdict
from tongban.licences.verifying import verify_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked() -> None:
    publishing._asked.clear()


@pytest.fixture(autouse=True)
def alliance(node: Node, linyi: Node, huimin: Node, at: datetime) -> Iterator[None]:
    with scope([JIYANG, LINYI]):
        found_alliance([node, linyi, huimin], at)
        yield


class Linyi:
    """临邑 as its peers reach it."""

    def __init__(self, node: Node, *, away: bool = False) -> None:
        self.node, self.away, self.says, self.asked = node, away, dict[str, bytes](), 0

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes:
        self.asked += 1
        if self.away or base != self.node.url:
            raise PeerUnreachable("not connected")
        name = path.removeprefix(publishing.ADDRESS).strip("/")
        if path in self.says:
            return self.says[path]
        if not name:
            return f'{{"lists":["{LIST}"]}}'.encode()
        return publishing.publish_list(node=self.node, list_id=name, at=at).encode()


def verdict(node: Node, code: str, at: datetime, peer: Linyi | None = None) -> Verdict:
    """`peer`: who answers when 临邑 is asked; nobody else does."""
    issuers, peer = publishing.find_issuers(), peer or Linyi(node, away=True)
    lists_of = publishing.lists_for(node, issuers, at, client=peer)
    return verify_text(code, issuers=issuers, lists_of=lists_of, at=at)


def test_after_a_quiet_while_it_is_still_genuine(node: Node, linyi: Node, at: datetime) -> None:
    """At its issuer and elsewhere, though nobody's worker has made or fetched a list."""
    code, later = write_code(hold(linyi, at)), at + timedelta(minutes=10)
    publishing.publish_list(node=linyi, list_id=LIST, at=at)
    assert verdict(node, code, later, Linyi(linyi)).good
    models.HeldStatusList.objects.update(made_at=at)
    assert verdict(linyi, code, later).good
    token = publishing.get_token(node=linyi, list_id=LIST, at=later + timedelta(hours=1))
    assert read_list(token, issuers=publishing.find_issuers()).made_at == later + timedelta(hours=1)


def test_a_list_that_is_handed_on_is_not_older_than_it_may_be(node: Node, linyi: Node, at: datetime) -> None:
    hold(linyi, at)
    publishing.publish_list(node=linyi, list_id=LIST, at=at)
    later, peer = at + timedelta(minutes=10), Linyi(linyi)
    token = publishing.get_token(node=node, list_id=LIST, at=later, client=peer)
    assert read_list(token, issuers=publishing.find_issuers()).made_at == later
    with pytest.raises(Missing):
        publishing.get_token(node=node, list_id=f"{LINYI}-77", at=later, client=peer)
    assert peer.asked == 1


def test_nobody_waits_twice_for_a_node_that_is_away(node: Node, linyi: Node, at: datetime) -> None:
    code, away = write_code(hold(linyi, at)), Linyi(linyi, away=True)
    for _ in range(3):
        assert verdict(node, code, at, away).reason == "status-unknown"
    assert away.asked == 1
    assert verdict(node, code, at + timedelta(minutes=1), Linyi(linyi)).good


def test_who_makes_codes_up_has_no_node_asked(node: Node, linyi: Node, at: datetime) -> None:
    code, peer = write_code(hold(linyi, at)), Linyi(linyi)
    assert verdict(node, code[:20] + ("A" if code[20] != "A" else "B") + code[21:], at, peer).reason == "altered"
    assert peer.asked == 0


def test_a_place_that_was_reserved_and_got_no_licence_is_not_valid(linyi: Node, at: datetime) -> None:
    for index in (0, 1, 5, 9):
        hold(linyi, at, index=index)
    made = read_list(publishing.publish_list(node=linyi, list_id=LIST, at=at), issuers=publishing.find_issuers())
    assert [index for index in range(1024) if made.get(index) == VALID] == [0, 1, 5, 9]
    assert {made.get(index) for index in (2, 4, 6, 10)} == {NOT_YET}


def test_a_list_says_what_the_table_says(linyi: Node, at: datetime) -> None:
    for index, (status, witnessed) in enumerate(
        [("01", True), ("02", True), ("03", True), ("01", False), ("05", True)]
    ):
        hold(linyi, at, index=index, status=status, witnessed=witnessed)
    made = read_list(publishing.publish_list(node=linyi, list_id=LIST, at=at), issuers=publishing.find_issuers())
    assert [made.get(index) for index in range(6)] == [0, 2, 1, 3, 1, 3]


def test_versions_rise_even_when_the_clock_does_not(linyi: Node, at: datetime) -> None:
    hold(linyi, at)
    versions = []
    for moment in (at, at + timedelta(seconds=30), at + timedelta(minutes=2), at - timedelta(days=2)):
        publishing.publish_list(node=linyi, list_id=LIST, at=moment)
        versions.append(models.HeldStatusList.objects.get().version)
    assert versions[0] == versions[1] < versions[2] < versions[3]


def test_nobody_makes_the_list_of_another_place(node: Node, linyi: Node, at: datetime) -> None:
    hold(linyi, at)
    for who, name in ((node, LIST), (linyi, f"{LINYI}-9"), (linyi, "nothing")):
        with pytest.raises(Missing):
            publishing.publish_list(node=who, list_id=name, at=at)


def test_revoked_at_the_issuer_is_revoked_elsewhere_within_minutes(node: Node, linyi: Node, at: datetime) -> None:
    code, peer = write_code(hold(linyi, at)), Linyi(linyi)
    assert verdict(node, code, at).reason == "status-unknown"
    assert set(publishing.fetch_lists(node=node, at=at, client=peer)) == {"371621-1"}
    assert verdict(node, code, at).good
    models.Licence.objects.update(status="03")
    later = at + timedelta(minutes=2)
    assert verdict(node, code, later).good
    publishing.publish_lists(node=linyi, at=later)
    assert verdict(node, code, later).reason == "revoked"


def test_the_issuer_itself_knows_within_a_minute(linyi: Node, at: datetime) -> None:
    code = write_code(hold(linyi, at))
    assert verdict(linyi, code, at).good
    models.Licence.objects.update(status="02")
    assert verdict(linyi, code, at + timedelta(minutes=1)).reason == "suspended"


def test_an_older_or_a_stale_list_is_not_taken(node: Node, linyi: Node, at: datetime) -> None:
    hold(linyi, at)
    issuers = publishing.find_issuers()
    old = publishing.publish_list(node=linyi, list_id=LIST, at=at)
    new = publishing.publish_list(node=linyi, list_id=LIST, at=at + timedelta(minutes=2))
    models.HeldStatusList.objects.all().delete()
    assert publishing.take_list(new, issuers=issuers, at=at + timedelta(minutes=3))
    assert not publishing.take_list(old, issuers=issuers, at=at + timedelta(minutes=3))
    with pytest.raises(BadList):
        publishing.take_list(old, issuers=issuers, at=at + timedelta(minutes=6))


def test_without_news_the_list_grows_stale_and_says_so(node: Node, linyi: Node, at: datetime) -> None:
    code = write_code(hold(linyi, at))
    publishing.publish_list(node=linyi, list_id=LIST, at=at)
    stale = verdict(node, code, at + timedelta(minutes=6), Linyi(linyi, away=True))
    assert stale.reason == "stale-list" and stale.as_of == at


def test_a_peer_that_says_nonsense_is_noted_and_the_rest_goes_on(node: Node, linyi: Node, at: datetime) -> None:
    hold(linyi, at)
    peer = Linyi(linyi)
    peer.says[f"{publishing.ADDRESS}/{LIST}"] = b"e30.e30.AA"
    assert publishing.fetch_lists(node=node, at=at, client=peer)[linyi.id] == "BadList"


@pytest.mark.parametrize("index", [b"[]", b"{}", b'{"lists":7}', b"\xff"])
def test_a_peer_that_answers_nonsense_keeps_no_other_waiting(
    node: Node, linyi: Node, at: datetime, index: bytes
) -> None:
    peer = Linyi(linyi)
    peer.says = {publishing.ADDRESS: index}
    assert linyi.id in publishing.fetch_lists(node=node, at=at, client=peer)


def test_no_list_claims_a_version_after_which_none_could_follow(linyi: Node, at: datetime) -> None:
    hold(linyi, at)
    built = read_list(publishing.publish_list(node=linyi, list_id=LIST, at=at), issuers=publishing.find_issuers())
    for changes in ({"version": 2**52}, {"version": 0}, {"list": f"{LINYI}-{'1' * 80}"}):
        token = sign_list(replace(built, **changes), address="", key=linyi.keys["event"])  # type: ignore[arg-type]
        with pytest.raises(BadList):
            publishing.take_list(token, issuers=publishing.find_issuers(), at=at)
