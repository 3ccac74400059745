"""What people say and what it is called officially (同义词). The file is edited by hand; editors add to it from what was looked for in vain."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.search.sounds import spell
from tongban.catalogue.search.words import plain

SYNONYMS = Path(__file__).parents[1] / "data" / "synonyms.yaml"


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


def list_popular() -> tuple[str, ...]:
    """Names of items that many people look for, the first of them first: an editor's list, not a count."""
    return tuple(_file()["popular"])


def find_meant(text: str, synonyms: Iterable[Synonym]) -> list[Synonym]:
    """Those whose words all stand in a plain text, the longest first; one that is part of a longer one says nothing more."""
    return _longest([one for one in synonyms if all(word in text for word in one.said)])


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
