"""When a version or a notice counts: by what other nodes have seen in time, never by a date that its writer chose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import completing, queries, receipts, rounds, services, sharing, signing, taking
from tongban.alliance.agreements import Agreement
from tongban.alliance.following import Changes, follow_member_list
from tongban.alliance.members import BadDocument, UntrustedKey
from tongban.alliance.models import AgreementProposal
from tongban.alliance.services import PredecessorMissing, SigningLapsed, import_agreement, import_member_list
from tongban.alliance.statements import LEAVING, SEEN, Statement, sign_statement
from tongban.alliance.tests.factories import TRUST, agreement, signed_agreement, signed_list
from tongban.alliance.tests.rounds import Table
from tongban.kernel import envelopes

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
A_MONTH = 30 * DAY


@pytest.fixture
def table(node, linyi, huimin, at):
    return Table({JIYANG: node, LINYI: linyi, HUIMIN: huimin}, at).list_members()


@pytest.fixture
def nodes(table):
    return list(table.nodes.values())


def text(at, **changes):
    """A whole text as a peer brings it, proposed by 临邑, to be signed within a week."""
    later = at.date() + 7 * DAY
    values = {"valid_from": later, "sign_by": later, **changes}
    return Agreement.from_json({**agreement(at, **values).as_json(), "proposed_by": LINYI})


def take(value, nodes, at):
    return taking.take_agreement(raw=signed_agreement(value, nodes), at=at)


def seen(value, node, region, at, *, arrives=None):
    said = Statement("demo", SEEN, value.id, value.version, hash_of(value, node), region, node.id, "", at)
    return taking.take_statement(raw=sign_statement(said, node=node), at=arrives or at)


def hash_of(value, node):
    return envelopes.read(signed_agreement(value, [node]), type=envelopes.AGREEMENT).hash(node.suite)


# A further version waits for the one before


def test_a_version_waits_until_the_one_before_is_held(nodes, at):
    """Else nobody here knows that 惠民, which is none any more, had to sign that."""
    first = agreement(at)
    second = text(at, version=2, prev=hash_of(first, nodes[0]), members=(JIYANG, LINYI))
    take(second, nodes[:2], at)
    assert rounds.list_rounds(at)[0].state == "waiting" and not queries.list_versions()
    take(first, nodes, at)
    (one,) = [one for one in rounds.list_rounds(at) if one.agreement.version == 2]
    assert (one.state, one.waits_for) == ("signing", (HUIMIN,))
    take(second, nodes, at)
    seen(second, nodes[1], LINYI, at)
    assert [held.version for held in queries.list_versions()] == [1, 2]


def test_by_hand_too(nodes, at):
    second = agreement(at, version=2, prev=hash_of(agreement(at), nodes[0]))
    with pytest.raises(PredecessorMissing):
        import_agreement(raw=signed_agreement(second, nodes), at=at)
    with pytest.raises(BadDocument):
        import_agreement(raw=signed_agreement(agreement(at, version=2), nodes), at=at)


def test_a_first_version_follows_none(at):
    with pytest.raises(BadDocument):
        Agreement.from_json({**agreement(at).as_json(), "prev": "a" * 64})


def test_two_that_follow_the_same_one_leave_out_nobody(nodes, at):
    """The second brings 惠民 in; a third that follows the first goes round it, and 惠民 must have signed that too."""
    first = import_agreement(raw=signed_agreement(agreement(at, members=(JIYANG, LINYI)), nodes[:2]), at=at)
    follows = {"prev": first.hash, "valid_from": at.date()}
    import_agreement(raw=signed_agreement(agreement(at, version=2, **follows), nodes), at=at)
    third = agreement(at, version=3, members=(JIYANG, LINYI), **follows)
    with pytest.raises(services.AgreementIncomplete, match=HUIMIN):
        import_agreement(raw=signed_agreement(third, nodes[:2]), at=at)


# A signature that was held back


def test_a_signature_held_back_comes_too_late(nodes, at):
    value = text(at)
    take(value, nodes[1:2], at)
    late = at + 8 * DAY
    take(value, nodes, late)
    with pytest.raises(SigningLapsed):
        seen(value, nodes[1], LINYI, late)
    assert seen(value, nodes[1], LINYI, late - 2 * DAY, arrives=late), "one node may lie about the day"
    assert not queries.list_versions() and rounds.list_rounds(late)[0].state == "late"
    with pytest.raises(SigningLapsed):
        import_agreement(raw=signed_agreement(value, nodes), at=late)


def test_who_was_away_believes_two_that_saw_it_in_time(nodes, at):
    value = text(at)
    late = at + 20 * DAY
    take(value, nodes, late)
    seen(value, nodes[1], LINYI, at + DAY, arrives=late)
    assert not queries.list_versions()
    seen(value, nodes[2], HUIMIN, at + 2 * DAY, arrives=late)
    assert [held.hash for held in queries.list_versions()] == [hash_of(value, nodes[0])]


def test_it_is_confirmed_before_it_counts(table, at):
    document = table.propose()
    for region in (LINYI, HUIMIN):
        table.act(signing.sign_proposal, region, document=document)
    assert rounds.get_round(document, at).state == "confirming" and not queries.list_versions()
    completing.finish(document, at, table.nodes[JIYANG])
    assert rounds.get_round(document, at).state == "complete"


# A notice with an earlier date


def leaving(table, signed_at, last_day):
    held = queries.list_versions()[-1]
    node = table.nodes[HUIMIN]
    said = Statement("demo", LEAVING, held.id, held.version, held.hash, HUIMIN, node.id, "x", signed_at, last_day)
    return sign_statement(said, node=node)


def test_the_notice_is_counted_from_the_day_it_came(table, at):
    table.agree()
    raw = leaving(table, at, at.date() + A_MONTH)
    with pytest.raises(receipts.NoticeTooShort):
        taking.take_statement(raw=raw, at=at + 2 * DAY)
    assert taking.take_statement(raw=leaving(table, at, at.date() + A_MONTH + 2 * DAY), at=at + 2 * DAY)
    assert HUIMIN not in queries.list_agreements(at + A_MONTH + 3 * DAY)[0].members


def test_a_notice_of_an_earlier_date_is_void(table, at):
    table.agree()
    raw = leaving(table, at, at.date() + 90 * DAY)
    with pytest.raises(receipts.NoticeTooLate):
        taking.take_statement(raw=raw, at=at + 4 * DAY)


def test_a_notice_that_nobody_has_received_ends_nothing(table, at):
    table.agree()
    held = queries.list_versions()[-1]
    last = at.date() + A_MONTH
    table.act(signing.leave_agreement, HUIMIN, agreement=held.id, reason="x", last_day=last)
    assert queries.list_leaving(held.id) == [] and HUIMIN in queries.list_agreements(at + 31 * DAY)[0].members
    assert queries.list_unseen_notices(held.id, since=at - DAY) == [(HUIMIN, 1, last)]


def test_who_was_away_believes_the_receipt_of_another(table, at):
    document = table.agree()
    held, linyi = queries.list_versions()[-1], table.nodes[LINYI]
    raw = leaving(table, at, at.date() + A_MONTH)
    notice = signing.read_statement(raw, list_of=queries.list_of)
    said = Statement("demo", SEEN, held.id, 1, notice.hash, LINYI, linyi.id, "", at + timedelta(hours=1), carried=raw)
    late = at + 20 * DAY
    own = replace(said, node=table.nodes[HUIMIN].id, member=HUIMIN)
    with pytest.raises(BadDocument):
        taking.take_statement(raw=sign_statement(own, node=table.nodes[HUIMIN]), at=late)
    assert taking.take_statement(raw=sign_statement(said, node=linyi), at=late)
    assert queries.list_leaving(held.id) == [(HUIMIN, 1, notice.last_day)]
    assert notice.hash in sharing.list_held(late, peer=linyi.id).statements and document == held.hash


# A place that moved to another node


@pytest.fixture
def moved(table, at):
    """惠民's node goes to 临邑's after everything here was signed."""

    def move():
        when = at + 3 * DAY
        document = follow_member_list(
            queries.newest_list(), Changes(hosts={HUIMIN: table.nodes[LINYI].id}), valid_from=when
        )
        import_member_list(raw=signed_list(document), trust=TRUST, at=when)

    return move


def test_what_was_signed_before_a_place_moved_stays_signed(nodes, at, moved):
    value = text(at)
    moved()
    late = at + 20 * DAY
    take(value, nodes, late)
    seen(value, nodes[0], JIYANG, at + DAY, arrives=late)
    seen(value, nodes[1], LINYI, at + DAY, arrives=late)
    assert len(queries.list_versions()) == 1


def test_and_its_old_node_says_nothing_for_it_any_more(table, at, moved):
    table.agree()
    moved()
    later = at + 4 * DAY
    with pytest.raises(UntrustedKey):
        taking.take_statement(raw=leaving(table, later, later.date() + A_MONTH), at=later)


# What lapsed


def test_what_lapsed_leaves_the_work_and_stays_on_record(table, at):
    document = table.propose()
    later = at + 40 * DAY
    assert rounds.list_rounds(at) and rounds.list_rounds(later) == []
    found, more = rounds.list_past_rounds(later, region=JIYANG)
    assert ([one.hash for one in found], more) == ([document], 0)


def test_the_record_has_pages(table, at, monkeypatch):
    first, second = table.propose(), table.propose()
    monkeypatch.setattr(rounds, "PAGE", 1)
    found, more = rounds.list_past_rounds(at, region=JIYANG)
    assert [one.hash for one in found] == [second] and AgreementProposal.objects.count() == 2
    assert [one.hash for one in rounds.list_past_rounds(at, region=JIYANG, before=more)[0]] == [first]


def test_another_clause_is_covered_from_its_day(table, at):
    table.agree(sign_by=at.date().isoformat())
    asked = {"item": ITEM, "mode": "one-window", "receiving": JIYANG, "deciding": LINYI}
    assert [bool(queries.list_clauses(**asked, at=at + days * DAY)) for days in (0, 1)] == [False, True]
