"""The picture of a share carries a code of this showing alone: whoever cuts it out has no licence."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO
from tongban.kernel.press import GlyphMissing
from tongban.licences import share_opening, sharing
from tongban.licences.forms.watermarked import show_watermarked
from tongban.licences.showing import Unreadable, find_share_code, read_shown
from tongban.licences.tests.wallet_desk import Pocket
from tongban.licences.verdicts import Reason

SHARE = UUID("0190f3a0-0000-7000-8000-000000000002")


def picture_of(opened: share_opening.OpenedShare) -> bytes:
    return show_watermarked(opened.content, words=opened.watermark, code=opened.code)


def test_the_picture_is_no_licence_and_its_code_says_what_it_was_shown_for(pocket: Pocket) -> None:
    opened = pocket.open(pocket.share())
    picture = picture_of(opened)
    with pytest.raises(Unreadable) as refused:
        read_shown(picture)
    assert refused.value.reason is Reason.NOT_A_LICENCE
    assert find_share_code(picture) is not None
    checked = pocket.check(opened.code)
    assert (checked.state, checked.purpose, checked.recipient) == ("open", "办理入职", "济阳某公司")
    assert checked.card and checked.card.usable and checked.text.zh.startswith("出示属实")


def test_after_its_end_the_code_says_so_and_nothing_of_the_licence(pocket: Pocket) -> None:
    code = pocket.open(pocket.share(share_id=SHARE, days="1")).code
    later = pocket.check(code, later=timedelta(days=2))
    assert (later.state, later.tone, later.card, later.content) == ("expired", "bad", None, None)
    pocket.run(sharing.end_share, region=JIYANG, share_id=SHARE)
    ended = pocket.check(code)
    assert (ended.state, ended.card, ended.purpose) == ("taken-back", None, "办理入职")


def test_a_suspended_licence_is_said_to_be_suspended(pocket: Pocket) -> None:
    code = pocket.open(pocket.share()).code
    pocket.desk.change(pocket.licence, "suspend")
    pocket.desk.settle()
    assert pocket.check(code).tone == "bad" and "暂停" in pocket.check(code).text.zh


def test_a_code_that_was_made_up_is_of_nothing(pocket: Pocket) -> None:
    code = pocket.open(pocket.share()).code
    changed = code[:-1] + ("A" if code[-1] != "A" else "Q")
    forged = code[:20] + ("B" if code[20] != "B" else "C") + code[21:]
    assert pocket.check(forged).state == "unknown" and pocket.check(changed).state == "unknown"
    assert pocket.check(code.replace(JIYANG, "371621")).state == "elsewhere"


def test_the_holder_reads_that_it_was_verified(pocket: Pocket) -> None:
    pocket.check(pocket.open(pocket.share()).code, later=timedelta(minutes=1))
    (share,) = pocket.shares()
    assert (len(share.opened), share.verified) == (1, (pocket.desk.at + timedelta(minutes=1),))


@pytest.mark.parametrize("words", [{"recipient": "\ue863先生"}, {"purpose": "给😀看"}], ids=["name", "purpose"])
def test_a_character_without_a_glyph_is_named_when_it_is_shared(pocket: Pocket, words: dict[str, str]) -> None:
    with pytest.raises(sharing.CharacterMissing) as refused:
        pocket.share(**words)
    assert refused.value.details["signs"] in ("\ue863（U+E863）", "😀（U+1F600）") and pocket.shares() == []
    assert LUO.name not in [field.value for field in pocket.open(pocket.share(**words, shown=["place"])).fields]


def test_a_rare_character_that_a_font_has_is_printed(pocket: Pocket) -> None:
    assert picture_of(pocket.open(pocket.share(recipient="𬀩先生"))).startswith(b"\x89PNG")


def test_where_this_node_lacks_a_character_of_the_licence_no_picture_shows_a_box_for_it(pocket: Pocket) -> None:
    opened = pocket.open(pocket.share())
    rare = replace(opened.content, fields=(replace(opened.content.fields[0], value="\ue863"),))
    with pytest.raises(GlyphMissing):
        show_watermarked(rare, words=opened.watermark, code=opened.code)
