"""How words sound."""

import pytest

from tongban.catalogue.search.sounds import sound_pairs, spell, syllables


@pytest.mark.parametrize(
    ("letters", "sounds"),
    [("dibao", ("di", "bao")), ("zhuangxiu", ("zuan", "xiu")), ("xian", ("xian",)), ("qwrt", ()), ("", ())],
)
def test_letters_are_cut_into_the_fewest_syllables(letters: str, sounds: tuple[str, ...]) -> None:
    assert syllables(letters) == sounds


def test_a_wrong_character_with_the_right_sound_sounds_the_same() -> None:
    assert spell("护口") == spell("户口") == spell("hukou")


def test_every_reading_of_a_character_is_heard() -> None:
    assert {"can zan", "can cang"} & sound_pairs("藏") == set()
    assert {"huan dai", "hai dai"} <= sound_pairs("还贷")


def test_sounds_that_are_often_confused_are_one() -> None:
    assert syllables("shenzheng") == syllables("senzen")
