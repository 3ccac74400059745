"""A licence is shown to one recipient for one purpose, and the holder sees when."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.licences import models, share_opening, sharing
from tongban.licences.taking import LicenceNotInForce
from tongban.licences.tests.wallet_desk import STRANGER, Pocket

SHARE = UUID("0190f3a0-0000-7000-8000-000000000001")


def test_the_wallet_holds_what_was_handed_out_with_how_it_stands(pocket: Pocket) -> None:
    (card,) = pocket.cards()
    assert (card.held.identifier, card.usable, card.state.zh) == (pocket.licence.identifier, True, "有效")
    assert pocket.cards(by=STRANGER) == []


def test_whoever_has_the_code_sees_it_with_what_it_is_for(pocket: Pocket) -> None:
    code = pocket.share()
    opened = pocket.open(f"{code[:4]} {code[4:].lower()}")
    assert opened.watermark == "仅用于办理入职 · 济阳某公司"
    assert opened.whole and opened.card.usable
    # 济阳 has no status list of 临邑 here: it does not tell others more than its copy says.
    assert not opened.card.confirmed
    assert LUO.name in [field.value for field in opened.fields]


def test_only_the_chosen_lines_are_shown(pocket: Pocket) -> None:
    code = pocket.share(shown=["place", "no-such-line"])
    opened = pocket.open(code)
    assert [field.id for field in opened.fields] == ["place"]
    assert not opened.whole


def test_the_holder_reads_when_it_was_opened(pocket: Pocket) -> None:
    code = pocket.share()
    pocket.open(code, later=timedelta(minutes=1))
    pocket.open(code, later=timedelta(minutes=2))
    (share,) = pocket.shares()
    assert (share.purpose, share.recipient, share.open) == ("办理入职", "济阳某公司", True)
    assert share.opened == (pocket.desk.at + timedelta(minutes=2), pocket.desk.at + timedelta(minutes=1))


def test_a_share_that_was_taken_back_is_not_found(pocket: Pocket) -> None:
    code = pocket.share(share_id=SHARE)
    pocket.run(sharing.end_share, region=JIYANG, share_id=SHARE)
    with pytest.raises(share_opening.ShareUnusable):
        pocket.open(code)
    assert not pocket.shares()[0].open


def test_a_share_ends_by_itself(pocket: Pocket) -> None:
    code = pocket.share(days="1")
    with pytest.raises(share_opening.ShareUnusable):
        pocket.open(code, later=timedelta(days=1))


@pytest.mark.parametrize("code", ["", "0", "7K3Q9MWA2XHTC", "\x00" * 13])
def test_a_code_that_was_never_given_is_not_found(pocket: Pocket, code: str) -> None:
    with pytest.raises(share_opening.ShareUnusable):
        pocket.open(code)


def test_nobody_else_shows_it_or_takes_it_back(pocket: Pocket) -> None:
    pocket.share(share_id=SHARE)
    with pytest.raises(Missing):
        pocket.share(by=STRANGER)
    with pytest.raises(Missing):
        pocket.run(sharing.end_share, by=STRANGER, region=JIYANG, share_id=SHARE)


def test_the_same_form_sent_twice_shares_once(pocket: Pocket) -> None:
    assert pocket.share(share_id=SHARE) == pocket.share(share_id=SHARE)
    assert len(pocket.shares()) == 1
    pocket.run(sharing.end_share, region=JIYANG, share_id=SHARE)
    with pytest.raises(sharing.SharedBefore):
        pocket.share(share_id=SHARE)


def test_a_suspended_licence_is_not_shown_on(pocket: Pocket) -> None:
    pocket.desk.change(pocket.licence, "suspend")
    pocket.desk.settle()
    with pytest.raises(LicenceNotInForce):
        pocket.share()
    assert pocket.cards()[0].state.zh == "暂停"


def test_what_was_shared_before_says_that_it_is_suspended_now(pocket: Pocket) -> None:
    code = pocket.share()
    pocket.desk.change(pocket.licence, "suspend")
    pocket.desk.settle()
    assert not pocket.open(code).card.usable


@pytest.mark.parametrize(
    "said", [{"purpose": " "}, {"recipient": "字" * 61}, {"days": "9999"}], ids=["no purpose", "too long", "for ever"]
)
def test_a_share_says_what_for_to_whom_and_how_long(pocket: Pocket, said: dict[str, str]) -> None:
    with pytest.raises(sharing.ShareWordsMissing):
        pocket.share(**said)


def test_purpose_and_code_stand_in_no_column(pocket: Pocket) -> None:
    code = pocket.share()
    with scope([JIYANG]):
        row = models.Share.objects.get()
    assert "入职".encode() not in bytes(row.words)
    assert code not in str(vars(row))
