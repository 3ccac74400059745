"""One member that means no good, or was away: alone it neither displaces what the others have signed nor stops what they share."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import drafts, queries, rounds, services, sharing, signing, taking
from tongban.alliance.agreements import Agreement
from tongban.alliance.members import BadDocument
from tongban.alliance.statements import DECLINED, Statement, sign_statement
from tongban.alliance.tests.factories import TRUST, agreement, signed_agreement
from tongban.alliance.tests.rotating import fresh_node, next_list
from tongban.alliance.tests.rounds import Table
from tongban.kernel import envelopes
from tongban.kernel.node import make_key
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def table(node, linyi, huimin, at):
    return Table({JIYANG: node, LINYI: linyi, HUIMIN: huimin}, at).list_members()


def alone(huimin, at, **changes):
    value = agreement(at, members=(HUIMIN,), articles=()).as_json() | {"proposed_by": HUIMIN} | changes
    return signed_agreement(Agreement.from_json(value), [huimin])


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2**40}, {"version": 2**31 - 1}, {"id": "x" * 81}, {"id": "x\0"}, {"id": ""}, {"notice_days": -1},
        {"notice_days": 2**50},
    ],
)  # fmt: skip
def test_a_document_that_no_table_can_hold_is_refused(table, huimin, at, changes):
    """Anything else than a refusal would end the comparing with all peers."""
    value = agreement(at).as_json() | {"proposed_by": HUIMIN} | changes
    raw = envelopes.sign(value, type=envelopes.AGREEMENT, suite=huimin.suite, keys=[huimin.keys["event"]]).raw
    with pytest.raises(BadDocument):
        taking.take_agreement(raw=raw, at=at)


def test_nor_a_statement_about_one(table, huimin, at):
    lie = Statement("demo", DECLINED, "x\0", 1, "\0", HUIMIN, huimin.id, "不同意", at)
    with pytest.raises(Refused):
        taking.take_statement(raw=sign_statement(lie, node=huimin), at=at)


def test_a_proposal_far_ahead_leaves_the_next_number_free(table, huimin, at):
    table.agree()
    (held,) = queries.list_versions()
    with pytest.raises(BadDocument):
        taking.take_agreement(raw=alone(huimin, at, id=held.id, version=2**30), at=at)
    assert drafts.next_version(held.id) == 2


def test_who_was_away_while_a_key_changed_is_given_what_it_can_believe(tmp_path, linyi, huimin, at):
    jiyang = fresh_node(tmp_path, JIYANG)
    table = Table({JIYANG: jiyang, LINYI: linyi, HUIMIN: huimin}, at).list_members()
    document = table.agree()
    later = at + 3 * DAY
    make_key(jiyang, "event")
    members = services.import_member_list(raw=next_list(at + DAY, shows=[jiyang]), trust=TRUST, at=at + DAY)
    with scope([JIYANG]):
        signing.sign_again(jiyang, later)
    assert document == queries.list_versions()[0].hash
    raw = sharing.read_document_for(linyi.id, document, later)
    signers = {
        members.owner_of(one.key_id, "event", later).id
        for one in _signatures(raw)
        if rounds.serves(one.key_id, members, later)
    }
    assert services.find_missing(queries.list_versions()[0], signers, members, later) == []


def _signatures(raw):
    return envelopes.read(raw, type=envelopes.AGREEMENT).signatures
