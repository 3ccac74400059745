"""Drawing up the next list: what is not mentioned stays, new keys get their lead and old ones their end (R19, X3)."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import queries, services
from tongban.alliance.expiry import judge_expiry
from tongban.alliance.following import Changes, follow_member_list
from tongban.alliance.members import BadDocument, KeyEntry, MemberList
from tongban.alliance.own_keys import find_key_ends, use_listed_keys
from tongban.alliance.tests.factories import TRUST, list_document, signed_list
from tongban.alliance.tests.rotating import fresh_node, next_list, shown
from tongban.kernel import envelopes
from tongban.kernel.node import make_key

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def jiyang(tmp_path):
    return fresh_node(tmp_path, JIYANG)


@pytest.fixture
def first(jiyang, linyi, at):
    return take_in(signed_list(list_document([jiyang, linyi], at)), at)


def take_in(raw, at):
    return services.import_member_list(raw=raw, trust=TRUST, at=at)


def follow(first, at, **changes):
    return MemberList.from_json(follow_member_list(first, Changes(**changes), valid_from=at))


def test_what_is_not_mentioned_stays(first, at):
    """R19"""
    second = follow(first, at)
    assert (second.nodes, second.regions, second.trust) == (first.nodes, first.regions, first.trust)
    assert (second.version, second.prev) == (2, first.hash)


def test_a_new_key_has_a_lead_and_ends_the_old_one(first, jiyang, at):
    """X3"""
    old, new = jiyang.keys["event"], make_key(jiyang, "event")
    second = follow(first, at, nodes=[shown(jiyang, at)])
    assert second.find_key(new.id).period.since == at + HOUR
    assert second.find_key(old.id).period.until == at + HOUR + 30 * DAY
    assert second.find_key(jiyang.keys["request"].id).period.until is None


def test_a_list_without_the_new_field_reads_as_before(first, jiyang, at):
    """X3: the release before this one writes and reads it without."""
    key = first.find_key(jiyang.keys["event"].id)
    assert "compromised_since" not in key.as_json()
    stolen = follow(first, at, stolen={key.id: at - DAY}).find_key(key.id)
    assert (stolen.compromised_since, stolen.serves("event", at)) == (at - DAY, False)
    assert key == KeyEntry(stolen.id, stolen.purpose, stolen.public, stolen.period)


def test_a_region_moves_from_one_node_to_another(first, jiyang, linyi, at):
    moved = follow(first, at, hosts={LINYI: jiyang.id, HUIMIN: linyi.id})
    assert moved.node_of(LINYI, at).id == jiyang.id
    assert moved.node_of(LINYI, at - HOUR).id == linyi.id
    assert moved.node_of(HUIMIN, at).id == linyi.id


@pytest.mark.parametrize("change", [{"suspended": ["x"]}, {"stolen": {"x": None}}, {"reinstated": ["x"]}])
def test_who_is_not_there_is_not_changed(first, at, change):
    with pytest.raises(BadDocument):
        follow(first, at, **change)


def test_a_node_uses_the_newest_of_its_keys_that_is_listed(first, jiyang, at):
    """X3, R2"""
    old, new = jiyang.keys["request"], make_key(jiyang, "request")
    use_listed_keys(jiyang, first, at)
    assert jiyang.keys["request"] == old
    second = take_in(next_list(at, shows=[jiyang], lead=HOUR), at)
    use_listed_keys(jiyang, second, at)
    assert jiyang.keys["request"] == old
    use_listed_keys(jiyang, second, at + HOUR)
    assert jiyang.keys["request"] == new


def test_an_ending_key_is_told_in_time(first, jiyang, at):
    """T4"""
    make_key(jiyang, "event")
    second = follow(first, at, nodes=[shown(jiyang, at)])
    assert find_key_ends(jiyang, second, at + 29 * DAY, within=30 * DAY) == {}
    alone = list_document([jiyang], at)
    alone["nodes"][0]["keys"][0]["until"] = second.find_key(jiyang.keys["event"].id).as_json()["until"]
    ends = find_key_ends(jiyang, MemberList.from_json(alone), at + 10 * DAY, within=30 * DAY)
    assert ends == {"event": at + HOUR + 30 * DAY}


@pytest.mark.parametrize(
    ("left", "stage", "warning"),
    [
        (8 * DAY, "well", 0),
        (7 * DAY, "ending", 7),
        (2 * DAY, "ending", 3),
        (HOUR, "ending", 1),
        (-HOUR, "grace", 0),
        (-71 * HOUR, "grace", 0),
        (-73 * HOUR, "stopped", 0),
    ],
)
def test_an_ending_list_is_told_in_time(first, left, stage, warning):
    """T4: 7, 3 and 1 days before; then 72 hours of grace."""
    expiry = judge_expiry(first, first.valid_until - left)
    assert (expiry.stage, expiry.warning) == (stage, warning)


# Two lists of one version, and holes


def test_a_rival_is_kept_as_evidence(first, at):
    """M7, R19"""
    second = next_list(at, suspended=[f"{LINYI}-1"])
    take_in(next_list(at), at)
    with pytest.raises(services.TwoListsOfOneVersion):
        take_in(second, at)
    services.note_rival_list(raw=second, at=at)
    services.note_rival_list(raw=second, at=at)
    assert queries.list_rivals() == [2]
    assert queries.newest_list().find_node(f"{LINYI}-1").active


def test_a_skipped_version_is_kept_when_its_successor_names_it(first, at):
    """R19: what was signed in its time is judged by it."""
    second = next_list(at)
    members = MemberList.from_json(follow(first, at).as_json(), hash=hash_of(second, first))
    take_in(next_list(at, before=members), at)
    assert queries.find_list(2) is None
    services.keep_earlier_list(raw=second, at=at)
    assert [known.version for known in queries.list_lists()] == [1, 2, 3]


def test_another_list_does_not_fill_the_hole(first, at):
    """M7"""
    members = MemberList.from_json(follow(first, at).as_json(), hash="0" * 64)
    take_in(next_list(at, before=members), at)
    with pytest.raises(services.ListRolledBack):
        services.keep_earlier_list(raw=next_list(at, before=first), at=at)


def hash_of(raw, members):
    return envelopes.read(raw, type=envelopes.MEMBER_LIST).hash(members.suite)
