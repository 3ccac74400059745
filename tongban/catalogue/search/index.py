"""The index: entries by the pieces of their names. Plain values; built once, asked often.

What is to happen chooses between items of one thing, so the thing is looked for, as it stands and as what it means officially. Each phrase is
compared by the pieces it shares with a name (`table.py`); an entry is as good as its best phrase, and better when several wordings lead to it. Where
that finds little, the same is tried by sound, then by single characters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from tongban.catalogue.search.sounds import sound_pairs
from tongban.catalogue.search.synonyms import (
    Act,
    Synonym,
    acts_of,
    find_meant,
    find_meant_by_sound,
    tell_acts,
    without_acts,
)
from tongban.catalogue.search.table import LEAST, Table
from tongban.catalogue.search.words import audience_meant, characters, pieces, plain, wish

ENOUGH = 0.5
"""A score from which the words are taken to be understood: no guessing by sound."""
BESIDE = 0.4
"""Of the best score that others need to stand beside it."""
BY_SOUND, BY_CHARACTERS, MEANT = 0.8, 0.6, 0.95
PART = 0.6
"""What a meaning is worth when next to nothing of the wish means it."""
MUCH = 0.5
"""Of a meaning must be in a name."""
A_LITTLE, SUPPORT = 0.1, 0.5
"""From which share the words themselves count beside what they mean, and how much one wording counts beside a better one."""
OTHERWISE, EXACTLY = 0.7, 2.0
"""For a name that does something else to the thing, and for one that was typed as it is."""
UNKNOWN = 0.5
"""What no name holds is as often said beside a wish as it is part of one."""
NEARLY_ALL = 0.75
"""Of the characters: they stand in any order and by themselves mean little."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found. `name` and `others` are compared whole, `summary` counts less. `service`: the key of one that was published, `region` one
    of its places, `published` all of them, `places` where one may apply now; all empty for what is known by name only. `audience`: person,
    organisation, or nothing known. `taken` names an item that was taken in, for its guide; 0 where there is none.
    """

    id: str
    name: str
    summary: str = ""
    others: tuple[str, ...] = ()
    department: str = ""
    audience: frozenset[str] = frozenset()
    service: str = ""
    region: str = ""
    places: frozenset[str] = frozenset()
    published: frozenset[str] = frozenset()
    verified: bool = True
    codes: frozenset[str] = frozenset()
    taken: int = 0

    def list_names(self) -> list[str]:
        """Its own, those of its situations, and these without what stands in brackets: 异地安置退休人员备案（个人承诺）."""
        names = (*self.others, self.name)
        return list(dict.fromkeys([*names, *(name.partition("（")[0] for name in self.others), self.name]))


@dataclass(frozen=True, slots=True)
class Hit:
    """`meant`: the official words through which it was found; empty when it was found by the words themselves."""

    entry: Entry
    score: float
    meant: str = ""
    by_ear: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    weight: float
    least: float = LEAST
    meant: str = ""


class Index:
    def __init__(self, entries: Iterable[Entry], synonyms: Iterable[Synonym], popular: Sequence[str] = ()) -> None:
        self.entries = list(entries)
        self._names = {entry.name for entry in self.entries}
        self._named = {name: entry for entry in reversed(self.entries) for name in entry.list_names()}
        self.synonyms = tuple(synonyms)
        self.popular = {name: 1 + 0.08 * (len(popular) - place) / len(popular) for place, name in enumerate(popular)}
        self.places = tuple(sorted({code for entry in self.entries for code in entry.published}))
        names = [(entry.name, *entry.others) for entry in self.entries]
        self._acts = {entry.id: acts_of(each) for entry, each in zip(self.entries, names, strict=True)}
        self._by_words = Table(names, pieces, [entry.summary for entry in self.entries], unknown=UNKNOWN)
        self._by_sound = Table(names, sound_pairs)
        self._by_characters = Table([each[:1] for each in names], characters)

    def holds(self, name: str) -> bool:
        """Whether an entry has exactly this name."""
        return name in self._names

    def named(self, name: str) -> Entry | None:
        """The entry with this name, its own or that of one of its situations; what can be begun stands for what is only listed."""
        return self._named.get(name)

    def find(self, query: str, *, place: str = "", audience: str = "", limit: int = 10) -> list[Hit]:
        """The best entries first. `place`: what its people may apply for there comes first; `audience`: others are left out."""
        text = wish(query)
        if not text:
            return []
        acts, rest = tell_acts(plain(query))
        thing = wish(rest) or text
        meant = find_meant(" ".join([plain(query), *(act.said[0] for act in acts)]), self.synonyms)
        words = [_Phrase(thing, 1.0, A_LITTLE if meant else LEAST)]
        found = self._compare(self._by_words, [words, *_meanings(meant, acts, of=len(text))])
        if best(found) < ENOUGH:
            by_ear = find_meant_by_sound(text, self.synonyms)
            found = _better(found, self._compare(self._by_sound, [[_Phrase(thing, BY_SOUND)]], by_ear=True))
            found = _better(found, self._compare(self._by_words, _meanings(by_ear, acts, weight=BY_SOUND), by_ear=True))
        if best(found) < LEAST:
            found = _better(found, self._compare(self._by_characters, [[_Phrase(text, BY_CHARACTERS, NEARLY_ALL)]]))
        hits = self._ranked(found.values(), query, place, audience, acts)
        least = max(LEAST, BESIDE * hits[0].score) if hits else 0.0
        return [hit for hit in hits[:limit] if hit.score >= least]

    def _compare(self, table: Table, wordings: Iterable[Sequence[_Phrase]], *, by_ear: bool = False) -> dict[int, Hit]:
        """Each wording (the own one, one of every synonym) finds by its best phrase; where several agree, they support each other."""
        agreed: dict[int, Hit] = {}
        for phrases in wordings:
            found: dict[int, Hit] = {}
            for phrase in phrases:
                for number, share in table.compare(phrase.text, least=phrase.least).items():
                    score = share * phrase.weight
                    if number not in found or score > found[number].score:
                        found[number] = Hit(self.entries[number], score, phrase.meant, by_ear)
            for number, hit in found.items():
                agreed[number] = _together(hit, agreed[number]) if number in agreed else hit
        return agreed

    def _ranked(self, hits: Iterable[Hit], query: str, place: str, audience: str, acts: Sequence[Act]) -> list[Hit]:
        guessed, exact = audience_meant(query), self.named(query.strip())
        ranked = [
            replace(hit, score=hit.score * self._favour(hit.entry, place, guessed) * self._does(hit.entry, acts, exact))
            for hit in hits
            if not (audience and hit.entry.audience and audience not in hit.entry.audience)
        ]
        return sorted(ranked, key=attrgetter("score"), reverse=True)

    def _does(self, entry: Entry, acts: Iterable[Act], exact: Entry | None) -> float:
        """Whether it does with the thing what is to happen to it."""
        if entry is exact:
            return EXACTLY
        return 1.0 if not acts or not self._acts[entry.id].isdisjoint(acts) else OTHERWISE

    def _favour(self, entry: Entry, place: str, guessed: str | None) -> float:
        """Ten per cent for what can be begun here, ten for the place's own, a little for whom it is for and for what many look for."""
        begun = 1.1 if entry.service else 1.0
        near = (1.1 if place in entry.places else 0.95 if entry.places else 1.0) if place else 1.0
        fitting = 0.85 if guessed and entry.audience and guessed not in entry.audience else 1.0
        return begun * near * fitting * self.popular.get(entry.name, 1.0)


def _meanings(
    meant: Iterable[Synonym], acts: Sequence[Act], *, of: int = 1, weight: float = 1.0
) -> Iterator[list[_Phrase]]:
    """Of each synonym its phrases, the likeliest first, and with an act their things too.

    `of`: the characters of the wish; a synonym that is fewer of them is worth less.
    """
    for one in meant:
        share = weight * MEANT * (PART + (1 - PART) * min(1.0, one.weight / of))
        yield [
            _Phrase(text, share * (1 - 0.04 * place), MUCH, phrase)
            for place, phrase in enumerate(one.means)
            for text in dict.fromkeys([plain(phrase), *([without_acts(plain(phrase))] if acts else [])])
        ]


def _together(one: Hit, other: Hit) -> Hit:
    better, lesser = (one, other) if one.score >= other.score else (other, one)
    return replace(better, score=better.score + SUPPORT * lesser.score, meant=better.meant or lesser.meant)


def best(found: Mapping[int, Hit]) -> float:
    return max((hit.score for hit in found.values()), default=0.0)


def _better(some: Mapping[int, Hit], others: Mapping[int, Hit]) -> dict[int, Hit]:
    return {
        number: max((hit for hit in (some.get(number), others.get(number)) if hit), key=attrgetter("score"))
        for number in some.keys() | others.keys()
    }
