"""What another region publishes is taken in byte for byte, or not at all."""

import base64

import pytest

from tongban.catalogue import queries
from tongban.catalogue.services import (
    NotFromItsRegion,
    PublicationAltered,
    VersionTaken,
    import_publication,
    publish,
)
from tongban.catalogue.tests.factories import AT, JIYANG, LINYI, definition, document
from tongban.kernel import envelopes, strictjson
from tongban.kernel.actors import system

pytestmark = pytest.mark.usefixtures("scoped")


def signed(node, *, region=LINYI, hash=None, **changes):
    """An envelope that never passed `publish`."""
    merged = document(**changes)
    claims = {
        "alliance": "demo",
        "epoch": 1,
        "region": region,
        "node": node.id,
        "at": "2026-11-20T02:00:00.000Z",
        "document": merged,
    }
    hash = hash or node.suite.hash(strictjson.canonical(merged))
    return envelopes.sign(
        {**claims, "definition": hash}, type=envelopes.DEFINITION, suite=node.suite, keys=[node.keys["event"]]
    ).raw


def take(raw, *trusted):
    """`trusted`: the nodes of the member list."""
    keys = {node.keys["event"].id: node for node in trusted}
    return import_publication(
        raw=raw,
        public_key_of=lambda id: keys[id].keys["event"].public,
        hosts=lambda region, id: keys[id].hosts(region),
        suite=trusted[0].suite,
        at=AT,
    )


def test_the_receiving_node_holds_the_same_bytes(node, linyi):
    raw = signed(linyi)
    assert take(raw, linyi, node).envelope == raw
    assert queries.get_definition(definition().hash) == definition()
    assert take(raw, linyi, node).hash == definition().hash


def test_what_publish_signs_can_be_taken_in(linyi):
    published = publish(node=linyi, region=LINYI, document=document(), by=system(LINYI), at=AT)
    assert take(published.envelope, linyi) == published


def test_altered_bytes_are_refused(linyi):
    raw = signed(linyi)
    envelope = envelopes.read(raw, type=envelopes.DEFINITION)
    altered = envelope.payload.replace("异地就医备案".encode(), "异地就医许可".encode())
    for wrong in (raw[:-1], b"{}", raw.replace(base64.b64encode(envelope.payload), base64.b64encode(altered))):
        with pytest.raises(PublicationAltered):
            take(wrong, linyi)


def test_an_unknown_key_is_refused(node, linyi):
    with pytest.raises(PublicationAltered):
        take(signed(linyi), node)


def test_a_key_of_another_region_is_refused(node, linyi):
    with pytest.raises(NotFromItsRegion):
        take(signed(node), linyi, node)


def test_a_node_cannot_speak_for_its_own_region_with_another_ones_document(node, linyi):
    with pytest.raises(NotFromItsRegion):
        take(signed(node, region=JIYANG), linyi, node)


def test_a_hash_that_names_other_content_is_refused(linyi):
    with pytest.raises(PublicationAltered):
        take(signed(linyi, hash="0" * 64), linyi)


def test_a_newer_peer_may_say_more(linyi):
    imported = take(signed(linyi, colour="red"), linyi)
    assert queries.get_definition(imported.hash).document["colour"] == "red"


def test_two_contents_of_one_version_are_not_both_believed(linyi):
    take(signed(linyi), linyi)
    with pytest.raises(VersionTaken):
        take(signed(linyi, effect="other-platform"), linyi)


def test_nothing_is_kept_of_what_was_refused(node, linyi):
    with pytest.raises(NotFromItsRegion):
        take(signed(node), linyi, node)
    assert queries.list_publications() == []
