"""The index: entries by the pieces of their names. Plain values; built once, asked often.

A question is tried as it stands and as what it means officially. Each phrase is compared by the pieces it shares with a name, the rare ones counting
more; an entry is as good as its best phrase. Where that finds little, the same is tried by sound, then by single characters.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from operator import attrgetter

from tongban.catalogue.search.sounds import sound_pairs
from tongban.catalogue.search.synonyms import Synonym, find_meant, find_meant_by_sound
from tongban.catalogue.search.words import MAX_SUMMARY, audience_meant, characters, pieces, plain, wish

ENOUGH = 0.5
"""A score from which the words are taken to be understood: no guessing by sound."""
LEAST = 0.25
"""Below this an entry has too little to do with the question."""
BESIDE = 0.4
"""Of the best score that others need to stand beside it."""
BY_SOUND, BY_CHARACTERS, MEANT, IN_SUMMARY = 0.8, 0.6, 0.95, 0.35
A_LITTLE, SUPPORT = 0.1, 0.5
"""From which share the words themselves count beside what they mean, and how much."""
NEARLY_ALL = 0.75
"""Of the characters: they stand in any order and by themselves mean little."""
COMMON = 10
"""A piece that is in more than one name of so many finds nobody by itself while rarer ones do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found. `name` and `others` are compared whole, `summary` counts less. `service`: the key of one that was published, `region` one
    of its places, `published` all of them, `places` where one may apply now; all empty for what is known by name only. `audience`: person,
    organisation, or nothing known.
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
    meant: str = ""


class _Table:
    """Piece → the entries that have it and how much it counts there; entry → what all pieces of its name count."""

    def __init__(self, names: Sequence[Sequence[str]], summaries: Sequence[str], cut: Callable[[str], Iterable[str]]):
        self.cut, self.size = cut, len(names)
        self.postings: dict[str, dict[int, float]] = defaultdict(dict)
        cut_names = [[set(cut(plain(name))) for name in both] for both in names]
        for number, (both, summary) in enumerate(zip(cut_names, summaries, strict=True)):
            for piece in cut(plain(summary, most=MAX_SUMMARY)):
                self.postings[piece][number] = IN_SUMMARY
            for piece in set().union(*both):
                self.postings[piece][number] = 1.0
        self.worth = {piece: log(1 + self.size / len(found)) for piece, found in self.postings.items()}
        self.unknown = log(1 + self.size)
        self.totals = [min(sum(self.worth[piece] for piece in one) for one in both) for both in cut_names]

    def compare(self, text: str, *, least: float = LEAST) -> dict[int, float]:
        """Entry → how much of the text is in its name (at least so much), a little less where the name says much more."""
        wanted = sorted(set(self.cut(text)), key=lambda piece: len(self.postings.get(piece, ())))
        whole = sum(self.worth.get(piece, self.unknown) for piece in wanted)
        found: dict[int, float] = {}
        for piece in wanted:
            self._add(piece, found)
        return {
            number: shared / whole * min(1.0, shared / (self.totals[number] or 1)) ** 0.25
            for number, shared in found.items()
            if shared >= least * whole
        }

    def _add(self, piece: str, found: dict[int, float]) -> None:
        postings = self.postings.get(piece)
        if not postings:
            return
        worth = self.worth[piece]
        if found and len(postings) * COMMON > self.size:
            for number in found.keys() & postings.keys():
                found[number] += worth * postings[number]
        else:
            for number, share in postings.items():
                found[number] = found.get(number, 0.0) + worth * share


class Index:
    def __init__(self, entries: Iterable[Entry], synonyms: Iterable[Synonym], popular: Sequence[str] = ()) -> None:
        self.entries = list(entries)
        self._names = {entry.name for entry in self.entries}
        self._named = {name: entry for entry in reversed(self.entries) for name in entry.list_names()}
        self.synonyms = tuple(synonyms)
        self.popular = {name: 1 + 0.08 * (len(popular) - place) / len(popular) for place, name in enumerate(popular)}
        self.places = tuple(sorted({code for entry in self.entries for code in entry.published}))
        names = [(entry.name, *entry.others) for entry in self.entries]
        summaries = [entry.summary for entry in self.entries]
        self._by_words = _Table(names, summaries, pieces)
        self._by_sound = _Table(names, [""] * len(names), sound_pairs)
        self._by_characters = _Table([both[:1] for both in names], [""] * len(names), characters)

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
        meant = find_meant(plain(query), self.synonyms)
        found = self._compare(self._by_words, _phrases(text, meant, 1.0))
        if meant:
            found = _supported(found, self._by_words.compare(text, least=A_LITTLE))
        if best(found) < ENOUGH:
            by_ear = find_meant_by_sound(text, self.synonyms)
            found = _better(found, self._compare(self._by_sound, [_Phrase(text, BY_SOUND)], by_ear=True))
            found = _better(found, self._compare(self._by_words, _phrases("", by_ear, BY_SOUND), by_ear=True))
        if best(found) < LEAST:
            found = _better(found, self._compare(self._by_characters, [_Phrase(text, BY_CHARACTERS)], least=NEARLY_ALL))
        hits = self._ranked(found.values(), query, place, audience)
        least = max(LEAST, BESIDE * hits[0].score) if hits else 0.0
        return [hit for hit in hits[:limit] if hit.score >= least]

    def _compare(
        self, table: _Table, phrases: Iterable[_Phrase], *, by_ear: bool = False, least: float = LEAST
    ) -> dict[int, Hit]:
        found: dict[int, Hit] = {}
        for phrase in phrases:
            for number, share in table.compare(phrase.text, least=least).items():
                score = share * phrase.weight
                if number not in found or score > found[number].score:
                    found[number] = Hit(self.entries[number], score, phrase.meant, by_ear)
        return found

    def _ranked(self, hits: Iterable[Hit], query: str, place: str, audience: str) -> list[Hit]:
        guessed = audience_meant(query)
        ranked = [
            replace(hit, score=hit.score * self._favour(hit.entry, place, guessed))
            for hit in hits
            if not (audience and hit.entry.audience and audience not in hit.entry.audience)
        ]
        return sorted(ranked, key=attrgetter("score"), reverse=True)

    def _favour(self, entry: Entry, place: str, guessed: str | None) -> float:
        """Ten per cent for what can be begun here, ten for the place's own, a little for whom it is for and for what many look for."""
        begun = 1.1 if entry.service else 1.0
        near = (1.1 if place in entry.places else 0.95 if entry.places else 1.0) if place else 1.0
        fitting = 0.85 if guessed and entry.audience and guessed not in entry.audience else 1.0
        return begun * near * fitting * self.popular.get(entry.name, 1.0)


def _phrases(text: str, meant: Sequence[Synonym], weight: float) -> list[_Phrase]:
    """The words themselves, and each meaning; a meaning of fewer of the words said is worth less."""
    most = max((one.weight for one in meant), default=1)
    own = [_Phrase(text, weight)] if text else []
    return own + [
        _Phrase(plain(phrase), weight * MEANT * (0.7 + 0.3 * one.weight / most) * (1 - 0.04 * place), phrase)
        for one in meant
        for place, phrase in enumerate(one.means)
    ]


def _supported(found: Mapping[int, Hit], own: Mapping[int, float]) -> dict[int, Hit]:
    """Of what was meant, the words themselves may say more: 电工证复审 is the second of two."""
    return {
        number: replace(hit, score=hit.score + SUPPORT * own[number]) if hit.meant and number in own else hit
        for number, hit in found.items()
    }


def best(found: Mapping[int, Hit]) -> float:
    return max((hit.score for hit in found.values()), default=0.0)


def _better(some: Mapping[int, Hit], others: Mapping[int, Hit]) -> dict[int, Hit]:
    return {
        number: max((hit for hit in (some.get(number), others.get(number)) if hit), key=attrgetter("score"))
        for number in some.keys() | others.keys()
    }
