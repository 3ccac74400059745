"""Every reason, each for the licence that earns it; the corpus of broken ones. What the browser says of them: tests/web/test_verify_licence.py."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import HUIMIN, LUO
from tongban.kernel.text import Text
from tongban.licences.content import make_salt
from tongban.licences.face import StatusPlace
from tongban.licences.issuers import Issuers
from tongban.licences.qr import read_code, write_code
from tongban.licences.showing import Unreadable, read_text
from tongban.licences.status import INVALID, NOT_YET, SUSPENDED
from tongban.licences.tests.stand import SUITE, Stand, content, forge, new_key
from tongban.licences.verdicts import WORDS, Reason, Shown

stand = Stand()
SOUND = stand.shown()


def test_a_licence_in_force_is_genuine() -> None:
    verdict = stand.judge(SOUND)
    assert (verdict.reason, verdict.good, verdict.node, verdict.region) == (Reason.GENUINE, True, "linyi", "371424")
    assert verdict.as_of == stand.status().made_at


@pytest.mark.parametrize(
    ("status", "reason"), [(INVALID, "revoked"), (SUSPENDED, "suspended"), (NOT_YET, "not-yet-valid")]
)
def test_the_list_says_what_it_counts_for(status: int, reason: str) -> None:
    assert stand.judge(SOUND, stand.status((7, status))).reason == reason
    assert stand.judge(SOUND, stand.status((8, status))).good


def test_a_stale_list_and_a_missing_one_confirm_nothing() -> None:
    old = stand.judge(SOUND, stand.status(age=timedelta(minutes=6)))
    assert old.reason is Reason.STALE_LIST and old.as_of == stand.at - timedelta(minutes=6)
    assert stand.judge(SOUND, stand.status(age=-timedelta(hours=1))).reason is Reason.STALE_LIST
    assert stand.judge(SOUND, lists={}).reason is Reason.STATUS_UNKNOWN


def test_what_an_old_list_says_against_it_stands() -> None:
    for status, reason in ((INVALID, Reason.REVOKED), (SUSPENDED, Reason.SUSPENDED)):
        assert stand.judge(SOUND, stand.status((7, status), age=timedelta(hours=25))).reason is reason


def test_from_the_code_alone_the_right_number_tells_nothing() -> None:
    """Whoever holds it knows the face and may try every number there is: one that is right looks like any other."""
    face = read_code(write_code(SOUND.signed)).face
    tries = [b"tongban-licence-holder", face.identifier.encode(), LUO.id_number.encode()]
    assert face.holder not in {SUITE.hash(with_.join(tries)) for with_ in (b"", b"\0")}
    assert not any(
        face.is_of(LUO.id_number, salt=salt, suite=SUITE) for salt in ("", "0" * 32, face.content[:32], face.identifier)
    )
    assert content().salt not in write_code(SOUND.signed) + repr(SOUND) + str(face.as_json())
    assert face.is_of(LUO.id_number, salt=content().salt, suite=SUITE)


def test_two_licences_of_one_person_do_not_look_alike() -> None:
    first, second = (stand.sign(content(salt=make_salt())).face for _ in range(2))
    assert first.holder != second.holder and first.content != second.content


def test_its_days_are_days_in_law() -> None:
    assert stand.judge(stand.shown(content(until=date(2026, 11, 20)))).reason is Reason.EXPIRED
    assert stand.judge(stand.shown(content(until=date(2026, 11, 21)))).good
    assert stand.judge(stand.shown(content(from_=date(2026, 11, 22)))).reason is Reason.NOT_YET_VALID
    assert stand.judge(stand.shown(content(until=None))).good
    assert stand.judge(stand.shown(content(until=date(2026, 11, 20))), lists={}).reason is Reason.EXPIRED


def test_a_licence_younger_than_the_list_is_not_confirmed() -> None:
    assert stand.judge(stand.shown(index=5000)).reason is Reason.NOT_YET_VALID


def test_who_signed_must_be_entitled() -> None:
    thief = new_key("licence")
    assert stand.judge(stand.shown(key=thief)).reason is Reason.UNKNOWN_ISSUER
    assert stand.judge(stand.shown(key=stand.stranger)).reason is Reason.OTHER_KEY
    assert stand.judge(stand.shown(key=stand.event_key)).reason is Reason.OTHER_KEY
    stolen = Issuers.of([stand.members(compromised=stand.at)])
    assert stand.judge(SOUND, issuers=stolen).reason is Reason.OTHER_KEY
    assert stand.judge(SOUND, issuers=Issuers(())).reason is Reason.UNKNOWN_ISSUER


def test_a_signature_under_the_name_of_another_key_is_false() -> None:
    forged = forge(stand.sign(key=new_key("licence")), key=stand.licence_key.id)
    assert stand.judge(Shown(forged)).reason is Reason.ALTERED


FORGED = {
    "number": {"number": "鲁临卫公证字〔2026〕第000002号"},
    "identifier": {"identifier": content(serial="37142401ABCDEFGHIJKLMNOQ").identifier},
    "check": {"identifier": content().identifier[:-1] + "0"},
    "longer": {"until": date(2099, 1, 1)},
    "earlier": {"from_": date(2020, 1, 1)},
    "holder": {"holder": "0" * 64},
    "content": {"content": "0" * 64},
    "place": {"status": StatusPlace("371424-1", 8)},
    "list": {"status": StatusPlace(f"{HUIMIN}-1", 7)},
    "real": {"demo": False},
    "type": {"type": "disability-certificate"},
}


@pytest.mark.parametrize("what", FORGED)
def test_any_word_changed_is_altered(what: str) -> None:
    assert stand.judge(Shown(forge(SOUND.signed, **FORGED[what]))).reason is Reason.ALTERED


def test_the_content_must_be_the_signed_one() -> None:
    edited = replace(content(), fields=(replace(content().fields[0], value="游泳馆"),))
    older = replace(content(), template=replace(content().template, version=1))
    renamed = replace(content(), name=Text("许可证", "Licence"))
    for said in (edited, older, renamed):
        assert stand.judge(Shown(SOUND.signed, said)).reason is Reason.ALTERED
    another = content(serial="37142401AAAAAAAAAAAAAAAA")
    assert stand.judge(Shown(SOUND.signed, another)).reason is Reason.MISMATCHED


def test_a_code_of_another_licence_in_the_same_file_is_told() -> None:
    another = stand.sign(content(serial="37142401AAAAAAAAAAAAAAAA"))
    assert stand.judge(Shown(SOUND.signed, SOUND.content, (another,))).reason is Reason.MISMATCHED
    assert stand.judge(Shown(SOUND.signed, SOUND.content, (SOUND.signed,))).good


def test_nothing_forged_is_repeated() -> None:
    verdict = stand.judge(Shown(forge(SOUND.signed, number="1"), content()))
    assert (verdict.face, verdict.content, verdict.as_json()["licence"]) == (None, None, None)


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == set(Reason)
    assert len({words[1] for words in WORDS.values()}) == len(Reason)


def test_a_code_brings_the_whole_face() -> None:
    code = write_code(SOUND.signed)
    assert read_code(code) == SOUND.signed
    assert stand.judge(read_text(f"  {code[:40]}\n{code[40:]} ")).good
    assert len(code) < 800


@pytest.mark.parametrize(
    ("text", "reason"),
    [("TB0.SPECIMEN", "specimen"), ("hello", "not-a-licence"), ("TB1.A", "not-a-licence"), ("TB1." + "A" * 4000, "too-large"), ("", "not-a-licence")],
)  # fmt: skip
def test_what_is_no_code_says_so(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_text(text)
    assert caught.value.reason == reason


@given(st.integers(0, len(write_code(SOUND.signed)) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567.b1é"))
def test_one_letter_changed_is_never_good(at: int, letter: str) -> None:
    code = write_code(SOUND.signed)
    other = code[:at] + letter + code[at + 1 :]
    try:
        verdict = stand.judge(read_text(other))
    except Unreadable:
        return
    assert verdict.good == (other == code)
