"""Taking in the member list: who is who."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import queries, services
from tongban.alliance.documents import sign_member_list
from tongban.alliance.members import BadDocument, MemberList, RegionNotInAlliance, UntrustedKey
from tongban.alliance.tests.factories import ROOTS, TRUST, list_document, signed_list
from tongban.alliance.trust import TrustUnreadable, load_trust, save_trust
from tongban.alliance.verification import NotEnoughSignatures
from tongban.kernel.events import format_instant

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(node, linyi, at):
    return list_document([node, linyi], at)


def take_in(raw, at):
    return services.import_member_list(raw=raw, trust=TRUST, at=at)


def test_binds_region_to_node_to_keys(document, node, linyi, at):
    members = take_in(signed_list(document), at)
    assert members.node_of(LINYI).id == linyi.id
    assert members.hosts(node.id, JIYANG, at) and not members.hosts(node.id, LINYI, at)
    key = node.keys["event"]
    assert members.public_key(key.id, "event", at) == key.public
    with pytest.raises(RegionNotInAlliance):
        members.node_of(HUIMIN)


def test_a_key_serves_one_purpose_and_its_time(document, node, at):
    members = take_in(signed_list(document), at)
    with pytest.raises(UntrustedKey):
        members.public_key(node.keys["event"].id, "request", at)
    with pytest.raises(UntrustedKey):
        members.public_key(node.keys["event"].id, "event", at - timedelta(days=2))
    with pytest.raises(LookupError):
        members.public_key("nobody", "event", at)


def test_the_same_list_again_changes_nothing(document, at):
    raw = signed_list(document)
    assert take_in(raw, at) == take_in(raw, at + timedelta(hours=1))


def test_one_root_is_not_enough(document, at):
    with pytest.raises(NotEnoughSignatures):
        take_in(signed_list(document, roots=1), at)


def test_roots_may_sign_one_after_another(document, at):
    first = sign_member_list(document, keys=ROOTS[:1]).raw
    take_in(sign_member_list(first, keys=ROOTS[2:]).raw, at)


def test_a_stranger_is_no_root(document, node, at):
    raw = sign_member_list(document, keys=[ROOTS[0], node.keys["event"]]).raw
    with pytest.raises(NotEnoughSignatures):
        take_in(raw, at)


def test_a_changed_byte_is_refused(document, at):
    raw = bytearray(signed_list(document))
    raw[raw.index(b'"p":"') + 40] ^= 1
    with pytest.raises((UntrustedKey, BadDocument)):
        take_in(bytes(raw), at)


def test_lists_never_go_back(document, at):
    first = take_in(signed_list(document), at)
    second = take_in(signed_list(document | {"version": 2, "prev": first.hash}), at)
    assert queries.current_list(at) == second
    with pytest.raises(services.ListRolledBack):
        take_in(signed_list(document), at)


def test_the_next_version_names_the_one_before(document, at):
    take_in(signed_list(document), at)
    with pytest.raises(services.ListRolledBack):
        take_in(signed_list(document | {"version": 2, "prev": "0" * 64}), at)


def test_two_lists_of_one_version_are_refused(document, at):
    take_in(signed_list(document), at)
    with pytest.raises(services.ListRolledBack):
        take_in(signed_list(document | {"prev": "x"}), at)


def test_old_versions_stay_for_old_events(document, at):
    first = take_in(signed_list(document), at)
    take_in(signed_list(document | {"version": 2, "prev": first.hash, "nodes": [], "regions": []}), at)
    assert queries.get_list(1).nodes and not queries.current_list(at).nodes


def test_a_list_that_is_not_renewed_ends_after_the_grace(document, at):
    members = take_in(signed_list(document), at)
    assert queries.current_list(members.valid_until + timedelta(hours=71))
    with pytest.raises(queries.ListExpired):
        queries.current_list(members.valid_until + timedelta(hours=73))
    assert queries.latest_list(members.valid_until + timedelta(days=99)) == members


def test_a_list_waits_for_its_time(document, at):
    first = take_in(signed_list(document), at)
    later = {"version": 2, "prev": first.hash, "valid_from": format_instant(at + timedelta(days=1))}
    second = take_in(signed_list(document | later), at)
    assert queries.current_list(at) == first
    assert queries.current_list(at + timedelta(days=2)) == second


def test_a_suspended_node_says_nothing_new(document, linyi, at):
    document["nodes"][1]["status"] = "suspended"
    members = take_in(signed_list(document), at)
    with pytest.raises(UntrustedKey):
        members.public_key(linyi.keys["event"].id, "event", at)
    assert linyi.id not in {peer.id for peer in members.peers}


def test_without_a_list_nothing_is_exchanged(at):
    with pytest.raises(queries.NoMemberList):
        queries.current_list(at)


@pytest.mark.parametrize("change", [{"version": 0}, {"epoch": 9}, {"nodes": []}, {"threshold": 9}, {"valid_from": "x"}])
def test_a_list_must_make_sense(document, change):
    with pytest.raises(BadDocument):
        MemberList.from_json(document | change)


def test_one_region_has_one_host_at_a_time(document):
    document["regions"].append(document["regions"][0])
    with pytest.raises(BadDocument):
        MemberList.from_json(document)


def test_rows_are_never_changed(document, at):
    take_in(signed_list(document), at)
    with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
        cursor.execute("UPDATE alliance_memberlistversion SET version = 9")


def test_trust_is_read_from_a_file(tmp_path):
    save_trust(tmp_path / "trust.json", TRUST)
    assert load_trust(tmp_path / "trust.json") == TRUST
    (tmp_path / "trust.json").write_text("{}")
    with pytest.raises(TrustUnreadable):
        load_trust(tmp_path / "trust.json")
