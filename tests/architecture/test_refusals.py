"""Every expected no says in both languages what happened and what to do next."""

import pytest

from tests.architecture.walking import has_chinese, placeholders, subclasses
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

REFUSALS = sorted(set(subclasses(Refused)), key=lambda refusal: refusal.__qualname__)
every_refusal = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)


def test_there_are_many() -> None:
    assert len(REFUSALS) > 20


@every_refusal
def test_it_has_words_of_its_own(refusal: type[Refused]) -> None:
    assert refusal.text is not Refused.text, "the sentence is the general one"
    assert refusal.advice is not Refused.advice, "the advice is the general one"


@every_refusal
@pytest.mark.parametrize("name", ["text", "advice"])
def test_both_languages_say_the_same(refusal: type[Refused], name: str) -> None:
    text: Text = getattr(refusal, name)
    assert has_chinese(text.zh)
    assert text.en.strip()
    assert not has_chinese(text.en)
    assert placeholders(text.zh) == placeholders(text.en)


@every_refusal
def test_the_advice_is_not_the_sentence_again(refusal: type[Refused]) -> None:
    assert len({refusal.text.zh, refusal.text.en, refusal.advice.zh, refusal.advice.en}) == 4


@every_refusal
def test_its_status_is_an_error_of_http(refusal: type[Refused]) -> None:
    assert 400 <= refusal.status < 600


def test_no_two_refusals_share_a_code() -> None:
    names = [refusal.__name__ for refusal in REFUSALS]
    assert sorted(names) == sorted(set(names))
