"""How words sound (拼音): for the wrong character with the right sound, and for who types Latin letters.

Sounds that many people do not tell apart count as one: zh and z, ch and c, sh and s, and the ends ang/an, eng/en, ing/in.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import yaml

from tongban.catalogue.search.words import HAN

SOUNDS = Path(__file__).parents[1] / "data" / "sounds.yaml"
CHAINS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?: [a-z0-9]+)*")
"""Latin words beside each other are one chain: many type a space after each syllable."""
LONGEST = 6
"""Letters of a syllable such as zhuang."""
MOST_LETTERS = 40
READINGS = 4
"""Of two characters together, at most."""


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Character → its readings, the usual one first."""
    loaded = yaml.load(SOUNDS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    found: dict[str, tuple[str, ...]] = {}
    for part in ("sounds", "also"):
        for sound, characters in loaded[part].items():
            for character in characters:
                found[character] = (*found.get(character, ()), sound)
    return found


@cache
def _syllables() -> frozenset[str]:
    return frozenset(sound for readings in _table().values() for sound in readings)


@cache
def fold(sound: str) -> str:
    """`zhang` and `zan` are one."""
    return re.sub("ng$", "n", re.sub("^([zcs])h", r"\1", sound))


@cache
def readings(character: str) -> tuple[str, ...]:
    """Folded; empty for a character that the table does not hold."""
    return tuple(dict.fromkeys(fold(sound) for sound in _table().get(character, ())))


def sound_pairs(text: str) -> set[str]:
    """Two syllables beside each other, in every reading: 户口 → `hu kou`. Latin words are read as syllables where they are some."""
    found: set[str] = set()
    for chain in CHAINS.findall(text):
        spoken = [readings(one) for one in chain] if HAN.match(chain) else [(one,) for one in syllables(chain)]
        for first, second in pairwise(spoken):
            found |= {" ".join(both) for both in list(product(first, second))[:READINGS]}
    return found


def spell(text: str) -> str:
    """The usual sounds of a text, with a space before and behind each syllable."""
    return f" {' '.join(_spell(text))} "


def _spell(text: str) -> Iterator[str]:
    for chain in CHAINS.findall(text):
        if HAN.match(chain):
            yield from (readings(one)[0] for one in chain if readings(one))
        else:
            yield from syllables(chain)


def _cuts(letters: str) -> list[str]:
    """The fewest syllables that make up the letters; none when they are no pinyin."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(letters) + 1):
        heads = [(best[start], letters[start:end]) for start in range(max(0, end - LONGEST), end)]
        whole = [[*head, last] for head, last in heads if head is not None and last in _syllables()]
        best.append(min(whole, key=len, default=None))
    return best[-1] or []


def syllables(letters: str) -> tuple[str, ...]:
    """`dibao` → di, bao; folded. A word that is no pinyin has none."""
    return tuple(fold(one) for word in letters[:MOST_LETTERS].split() for one in _cuts(word))
