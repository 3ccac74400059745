"""What people say and what it is called officially (同义词). The file is edited by hand; editors add to it from what was looked for in vain."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.search.sounds import spell
from tongban.catalogue.search.words import pieces, plain

SYNONYMS = Path(__file__).parents[1] / "data" / "synonyms.yaml"
TWO_WORDS = 4
"""Characters from which a word is usually made of two: 拖欠工资 is also said as 工资被拖欠."""
NEARLY = 0.8
"""Of its characters must stand in the question then, each beside its neighbour."""


@dataclass(frozen=True, slots=True)
class Synonym:
    """`said`: words that must all stand in the question, in any order; `means`: phrases of the catalogue; `spelt`: how the words sound."""

    said: tuple[str, ...]
    means: tuple[str, ...]
    spelt: tuple[str, ...]

    @property
    def weight(self) -> int:
        """The more was said, the better it is known what was meant."""
        return sum(map(len, self.said))


def make_synonym(said: str, means: Iterable[str]) -> Synonym:
    """`said` with spaces between words that may stand apart: 社保 转."""
    words = tuple(plain(said).split())
    return Synonym(words, tuple(means), tuple(spell(word) for word in words))


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(SYNONYMS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


@cache
def list_synonyms() -> tuple[Synonym, ...]:
    """Those of the file."""
    return tuple(make_synonym(said, entry["means"]) for entry in _file()["synonyms"] for said in entry["said"])


@dataclass(frozen=True, slots=True)
class Act:
    """What is to happen to a thing: `said` by people, the first for all of them; `means` words of official names."""

    said: tuple[str, ...]
    means: tuple[str, ...]


@cache
def list_acts() -> tuple[Act, ...]:
    """Those of the file."""
    return tuple(Act(tuple(one["said"]), tuple(one["means"])) for one in _file()["acts"])


def tell_acts(text: str) -> tuple[tuple[Act, ...], str]:
    """What is to happen, and the text without it: 居民身份证过期 → 换领, 居民身份证."""
    found = tuple(dict.fromkeys(_acts_by_word()[word] for word in _any_said().findall(text)))
    return found, " ".join(_any_said().sub(" ", text).split())


def without_acts(name: str) -> str:
    """居民身份证换领 → 居民身份证."""
    return " ".join(_any_meant().sub(" ", name).split())


def acts_of(names: Iterable[str]) -> frozenset[Act]:
    """What any of the names does."""
    text = " ".join(names)
    return frozenset(act for act in list_acts() if any(word in text for word in act.means))


@cache
def _acts_by_word() -> dict[str, Act]:
    return {word: act for act in list_acts() for word in act.said}


@cache
def _any_said() -> re.Pattern[str]:
    return _any(word for act in list_acts() for word in act.said)


@cache
def _any_meant() -> re.Pattern[str]:
    return _any(word for act in list_acts() for word in act.means)


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(set(words), key=len, reverse=True)))


def list_popular() -> tuple[str, ...]:
    """Names of items that many people look for, the first of them first: an editor's list, not a count."""
    return tuple(_file()["popular"])


def find_meant(text: str, synonyms: Iterable[Synonym]) -> list[Synonym]:
    """Those whose words all stand in a plain text, the longest first; one that is part of a longer one says nothing more."""
    held = frozenset(pieces(text))
    return _longest([one for one in synonyms if all(_stands(word, text, held) for word in one.said)])


def _stands(word: str, text: str, held: frozenset[str]) -> bool:
    return word in text or (len(word) >= TWO_WORDS and _part(word, held) >= NEARLY)


def _part(word: str, held: frozenset[str]) -> float:
    """How much of the word stands in pairs of characters that are held."""
    there = [word[place : place + 2] in held for place in range(len(word) - 1)]
    return sum(map(max, [False, *there], [*there, False])) / len(word)


def find_meant_by_sound(text: str, synonyms: Iterable[Synonym]) -> list[Synonym]:
    """The same by ear. Words of one syllable are not told apart by it."""
    spoken = spell(text)
    return _longest(
        [
            one
            for one in synonyms
            if one.weight > 1 and all(" " in word.strip() and word in spoken for word in one.spelt)
        ]
    )


def _longest(found: list[Synonym]) -> list[Synonym]:
    ordered = sorted(found, key=lambda one: -one.weight)
    kept: list[Synonym] = []
    for one in ordered:
        within = [other for other in kept if other.weight > one.weight and _is_part(one, other)]
        if not within:
            kept.append(one)
    return kept


def _is_part(one: Synonym, other: Synonym) -> bool:
    return all(any(word in longer for longer in other.said) for word in one.said)
