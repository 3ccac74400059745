"""An agreement comes about: drafted, proposed, signed by each member, in force on its day, amended, ended. Nobody is bound who has not signed."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import drafts, queries, receipts, rounds, sharing, signing, taking
from tongban.alliance.agreements import Agreement
from tongban.alliance.members import BadDocument, UntrustedKey
from tongban.alliance.models import AgreementSignature
from tongban.alliance.services import AgreementChanged, AgreementIncomplete, import_agreement
from tongban.alliance.statements import DECLINED, Statement, sign_statement
from tongban.alliance.tests.factories import agreement, signed_agreement
from tongban.alliance.tests.rounds import OTHER, Table, article, officer
from tongban.kernel import envelopes
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def table(node, linyi, huimin, at):
    return Table({JIYANG: node, LINYI: linyi, HUIMIN: huimin}, at).list_members()


def covers(at, item=ITEM, receiving=JIYANG, deciding=LINYI):
    return bool(queries.list_clauses(item=item, mode="one-window", receiving=receiving, deciding=deciding, at=at))


def test_it_is_in_force_on_its_day_once_all_have_signed(table, at):
    document = table.propose()
    table.sign(document, LINYI)
    assert rounds.get_round(document, at).waits_for == (HUIMIN,) and not covers(at + DAY)
    table.sign(document, HUIMIN)
    assert rounds.get_round(document, at).state == "complete"
    assert (covers(at), covers(at + DAY)) == (False, True)


def test_an_article_has_the_items_of_its_batches(table, at):
    table.agree()
    (held,) = queries.list_versions()
    assert held.articles[0].items == (ITEM,) and held.terms.batches[0].name.zh == "第一批"


def test_a_second_batch_is_a_second_version(table, at):
    table.agree()
    (first,) = queries.list_versions()
    second = {"number": "2", "name": {"zh": "第二批", "en": "Second"}, "items": [OTHER]}
    batches = [*(one.as_json() for one in first.terms.batches), second]
    begins = (at.date() + 5 * DAY).isoformat()
    document = table.propose(
        agreement=first.id, batches=batches, articles=[article(batches=["1", "2"])], valid_from=begins
    )
    table.sign(document, LINYI)
    assert not covers(at + 6 * DAY, OTHER)
    table.sign(document, HUIMIN)
    assert [covers(at + days * DAY, OTHER) for days in (4, 5)] == [False, True]
    assert covers(at + 4 * DAY) and covers(at + 5 * DAY)


def test_it_ends_by_a_version_with_a_last_day(table, at):
    table.agree()
    (first,) = queries.list_versions()
    begins, ends = ((at.date() + days * DAY).isoformat() for days in (2, 3))
    table.agree(agreement=first.id, valid_from=begins, valid_until=ends)
    assert [covers(at + days * DAY) for days in (1, 2, 3, 4)] == [True, True, True, False]


def test_one_member_leaves_with_notice_and_the_others_go_on(table, at):
    table.agree()
    (held,) = queries.list_versions()
    leave = {"agreement": held.id, "reason": "机构调整"}
    with pytest.raises(receipts.NoticeTooShort):
        table.act(signing.leave_agreement, HUIMIN, **leave, last_day=at.date() + 29 * DAY)
    table.leave(HUIMIN, **leave, last_day=at.date() + 30 * DAY)
    assert [covers(at + days * DAY, receiving=HUIMIN) for days in (30, 31)] == [True, False]
    assert covers(at + 31 * DAY)


def test_of_two_members_none_is_left_alone(table, at):
    table.agree()
    (held,) = queries.list_versions()
    for region in (HUIMIN, LINYI):
        table.leave(region, agreement=held.id, reason="到期", last_day=at.date() + 30 * DAY)
    assert queries.list_agreements(at + 30 * DAY) != [] and queries.list_agreements(at + 31 * DAY) == []


def test_without_a_notice_agreed_nobody_leaves_alone(table, at):
    table.agree(notice_days=None)
    (held,) = queries.list_versions()
    with pytest.raises(receipts.NoNoticeAgreed):
        table.act(signing.leave_agreement, LINYI, agreement=held.id, reason="x", last_day=at.date() + 90 * DAY)


def test_who_declines_says_why_and_it_never_comes_about(table, at):
    document = table.propose()
    with pytest.raises(signing.AgreementReasonMissing):
        table.act(signing.decline_proposal, LINYI, document=document, reason=" ")
    table.act(signing.decline_proposal, LINYI, document=document, reason="第一条范围过宽")
    one = rounds.get_round(document, at)
    assert (one.state, one.declined[0].reason) == ("declined", "第一条范围过宽")
    with pytest.raises(signing.SigningOver):
        table.sign(document, LINYI)


def test_who_has_signed_does_not_decline(table):
    document = table.propose()
    table.sign(document, LINYI)
    with pytest.raises(signing.AgreementSignedAlready):
        table.act(signing.decline_proposal, LINYI, document=document, reason="后悔了")


def test_only_who_proposed_it_takes_it_back(table, at):
    document = table.propose()
    with pytest.raises(rounds.NotAsked):
        table.act(signing.withdraw_proposal, LINYI, document=document, reason="x")
    table.act(signing.withdraw_proposal, JIYANG, document=document, reason="重新起草")
    with pytest.raises(signing.SigningOver):
        table.sign(document, LINYI)


def test_a_declined_version_keeps_its_number(table, at):
    table.agree()
    (held,) = queries.list_versions()
    later = (at.date() + 3 * DAY).isoformat()
    document = table.propose(agreement=held.id, valid_from=later)
    table.act(signing.decline_proposal, LINYI, document=document, reason="x")
    again = table.propose(agreement=held.id, valid_from=later, notice_days=60)
    assert rounds.get_round(again, at).agreement.version == 3


def test_nobody_signs_what_they_wrote(table, at):
    id, both = table.draft(), officer(JIYANG, "chief")
    with scope([JIYANG]):
        view = drafts.get_draft(JIYANG, id)
        writer = officer(JIYANG, "liaison")
        with pytest.raises(Forbidden):
            drafts.save_draft(region=JIYANG, draft_id=id, document=view.document, seen=view.edits, by=both, at=at)
    with pytest.raises(signing.OwnAgreementDraft):
        table.propose(id, by=type(writer)("staff", writer.ref, JIYANG, frozenset({"liaison", "chief"})))
    with pytest.raises(Forbidden):
        table.propose(id, by=writer)


@pytest.mark.parametrize(
    "change",
    [
        {"name": {"zh": "", "en": ""}}, {"members": [JIYANG]}, {"members": [JIYANG, "999999"]}, {"articles": []}, {"valid_from": ""},
        {"valid_from": "2020-01-01"}, {"valid_until": "2020-01-01"}, {"notice_days": 0}, {"articles": [article(modes=[])]},
        {"articles": [article(receiving=["371482"])]}, {"articles": [article(), article()]}, {"batches": []},
    ],
)  # fmt: skip
def test_nothing_faulty_is_signed(table, change):
    with pytest.raises(signing.AgreementFaulty):
        table.propose(**change)


def test_two_who_write_at_once(table, at):
    id, by = table.draft(), officer(JIYANG, "liaison")
    with scope([JIYANG]):
        seen = drafts.get_draft(JIYANG, id)
        drafts.save_draft(region=JIYANG, draft_id=id, document=seen.document, seen=seen.edits, by=by, at=at)
        with pytest.raises(drafts.AgreementDraftMovedOn):
            drafts.save_draft(region=JIYANG, draft_id=id, document=seen.document, seen=seen.edits, by=by, at=at)


def test_its_first_day_passes_before_all_have_signed(table, at):
    document = table.propose()
    table.at = at + 2 * DAY
    assert rounds.get_round(document, table.at).state == "late"
    with pytest.raises(signing.SigningOver):
        table.sign(document, LINYI)


# What comes from outside


def test_what_comes_twice_or_late_changes_nothing(table, linyi, at):
    document = table.propose()
    raw = sharing.read_document_for(linyi.id, document, at)
    assert not taking.take_agreement(raw=raw, at=at)
    table.sign(document, LINYI, HUIMIN)
    assert not taking.take_agreement(raw=raw, at=at)
    assert [one.hash for one in queries.list_versions()] == [document]


def test_a_forged_signature_counts_for_nothing(table, linyi, at):
    document = table.propose()
    held = envelopes.read(sharing.read_document_for(linyi.id, document, at), type=envelopes.AGREEMENT)
    forged = envelopes.Signature(linyi.keys["event"].id, b"0" * 64)
    raw = envelopes.assemble(held.payload, type=envelopes.AGREEMENT, signatures=[*held.signatures, forged]).raw
    assert not taking.take_agreement(raw=raw, at=at)
    alone = envelopes.assemble(held.payload, type=envelopes.AGREEMENT, signatures=[forged]).raw
    with pytest.raises(UntrustedKey):
        taking.take_agreement(raw=alone, at=at)
    assert AgreementSignature.objects.count() == 1


def test_nobody_proposes_in_the_name_of_another(table, huimin, at):
    value = {**agreement(at).as_json(), "proposed_by": JIYANG}
    with pytest.raises(BadDocument):
        taking.take_agreement(raw=signed_agreement(Agreement.from_json(value), [huimin]), at=at)


def test_who_is_left_out_has_signed_that(table, node, linyi, at):
    """济阳 and 临邑 cannot write 惠民 out of the agreement, nor end it by a version of their own."""
    table.agree()
    (held,) = queries.list_versions()
    value = {**held.as_json(), "version": 2, "prev": held.hash, "sign_by": None, "members": [JIYANG, LINYI]}
    raw = signed_agreement(Agreement.from_json(value), [node, linyi])
    with pytest.raises(AgreementIncomplete, match=HUIMIN):
        import_agreement(raw=raw, at=at)
    assert taking.take_agreement(raw=raw, at=at)
    (second,) = [one for one in rounds.list_rounds(at) if one.agreement.version == 2]
    assert second.waits_for == (HUIMIN,)
    table.sign(second.hash, HUIMIN)
    assert len(queries.list_versions()) == 2


def test_only_its_own_node_speaks_for_a_member(table, huimin, linyi, at):
    document = table.propose()
    said = rounds.get_round(document, at).agreement
    lie = Statement("demo", DECLINED, said.id, said.version, document, LINYI, linyi.id, "不同意", at)
    with pytest.raises((UntrustedKey, BadDocument)):
        taking.take_statement(raw=sign_statement(lie, node=huimin), at=at)
    truth = sign_statement(lie, node=linyi)
    assert taking.take_statement(raw=truth, at=at) and not taking.take_statement(raw=truth, at=at)
    assert rounds.get_round(document, at).state == "declined"


def test_a_place_signs_one_text_of_a_version(table, node, linyi, huimin, at):
    table.agree()
    (held,) = queries.list_versions()
    later = (at.date() + 3 * DAY).isoformat()
    mine = table.propose(agreement=held.id, valid_from=later)
    table.sign(mine, LINYI)
    rival = {
        **held.as_json(),
        "version": 2,
        "prev": held.hash,
        "sign_by": later,
        "proposed_by": HUIMIN,
        "valid_from": later,
    }
    taking.take_agreement(raw=signed_agreement(Agreement.from_json(rival), [huimin]), at=at)
    theirs = next(one.hash for one in rounds.list_rounds(at) if one.proposed_by == HUIMIN)
    with pytest.raises(signing.RivalProposal):
        table.sign(theirs, LINYI)


def test_a_member_alone_makes_no_rival_of_what_was_signed_here(table, linyi, at):
    """临邑 hands 济阳, which has signed, a whole text of the same version with itself as the one member."""
    said = rounds.get_round(table.propose(), at).agreement
    alone = {**said.as_json(), "members": [LINYI], "proposed_by": LINYI}
    with pytest.raises(AgreementChanged):
        taking.take_agreement(raw=signed_agreement(Agreement.from_json(alone), [linyi]), at=at)
    assert not queries.list_versions()


def test_an_older_release_reads_what_it_knows(table, at):
    """Extra keys are passed over, and the items of batches stand in the articles."""
    table.agree()
    (held,) = queries.list_versions()
    value = {name: said for name, said in held.as_json().items() if name not in held.terms.as_json()}
    assert Agreement.from_json(value | {"of a later release": 1}).articles[0].items == (ITEM,)
