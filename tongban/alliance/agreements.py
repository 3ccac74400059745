"""Agreements (通办协议): which region receives what for which deciding region. Plain values read from signed bytes.

The document: `{id, version, alliance, name: {zh, en}, members: [regions], articles: [{number, items, modes, receiving, deciding,
response_days}], valid_from, valid_until, liaison}`. "*" in a list means every one; in `receiving` and `deciding`, every member.
Days are legal days; `valid_until` is the last day, or null. A version after the first has `prev`, the hash of the version it follows.
`sign_by` is the last day on which signatures count. Further keys are optional (`terms.py`); unknown ones are passed over.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.alliance.members import BadDocument
from tongban.alliance.terms import EVERY, Terms
from tongban.alliance.terms import read_texts as _texts
from tongban.kernel.events import Clause, Json
from tongban.kernel.text import Text

__all__ = ["EVERY", "Agreement", "Article"]
LONGEST_ID, LAST_VERSION, MOST_DAYS = 80, 2**31 - 1, 3660


@dataclass(frozen=True, slots=True)
class Article:
    """One article: for these items and modes, `receiving` regions take in what `deciding` regions decide.

    `response_days`: working days within which the deciding region answers a hand-over. `batches`: those that `items` come from.
    """

    number: str
    items: tuple[str, ...]
    modes: tuple[str, ...]
    receiving: tuple[str, ...]
    deciding: tuple[str, ...]
    response_days: int = 5
    batches: tuple[str, ...] = ()

    def as_json(self) -> Json:
        lists = {name: list(getattr(self, name)) for name in ("items", "modes", "receiving", "deciding")}
        batches = {"batches": list(self.batches)} if self.batches else {}
        return {"number": self.number, "response_days": self.response_days, **lists, **batches}

    def specificity(self, clause: Clause) -> tuple[bool, bool, bool, bool]:
        """What the article names outright, the item first."""
        return (
            clause.item in self.items,
            clause.mode in self.modes,
            clause.deciding in self.deciding,
            clause.receiving in self.receiving,
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    id: str
    version: int
    alliance: str
    name: Text
    members: tuple[str, ...]
    articles: tuple[Article, ...]
    valid_from: date
    valid_until: date | None = None
    liaison: Json = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    prev: str = ""
    sign_by: date | None = None
    hash: str = ""

    @property
    def signable_until(self) -> date:
        """The last day of signing: as agreed, otherwise the first day in force."""
        return self.sign_by or self.valid_from

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def covers(self, article: Article, clause: Clause) -> bool:
        """Whether the article covers item, mode and both regions of the clause, both being members."""
        wanted = (
            (article.items, clause.item),
            (article.modes, clause.mode),
            (article.receiving, clause.receiving),
            (article.deciding, clause.deciding),
        )
        return {clause.receiving, clause.deciding} <= set(self.members) and all(
            value in allowed or EVERY in allowed for allowed, value in wanted
        )

    def find_article(self, number: str) -> Article | None:
        return next((article for article in self.articles if article.number == number), None)

    def as_json(self) -> Json:
        return {
            "id": self.id, "version": self.version, "alliance": self.alliance, "name": self.name.as_json(),
            "members": list(self.members), "articles": [article.as_json() for article in self.articles],
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None, "liaison": self.liaison,
            **self.terms.as_json(), **({"prev": self.prev} if self.prev else {}),
            **({"sign_by": self.sign_by.isoformat()} if self.sign_by else {}),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Any, *, hash: str = "") -> "Agreement":
        """Read a verified document. Refuses `BadDocument`."""
        try:
            agreement = cls(
                id=str(value["id"]), version=int(value["version"]), alliance=str(value["alliance"]),
                name=Text.from_json(value["name"]), members=_texts(value["members"]),
                articles=tuple(map(_article, value["articles"])), valid_from=date.fromisoformat(value["valid_from"]),
                valid_until=date.fromisoformat(value["valid_until"]) if value.get("valid_until") else None,
                liaison=dict(value.get("liaison") or {}), terms=Terms.from_json(value), hash=hash,
                prev=str(value.get("prev") or ""), sign_by=date.fromisoformat(value["sign_by"]) if value.get("sign_by") else None,
            )  # fmt: skip
            agreement._check()
        except (KeyError, TypeError, ValueError) as error:
            raise BadDocument(reason=f"{type(error).__name__}: {error}") from None
        return agreement

    def _check(self) -> None:
        if self.sign_by and self.sign_by > self.valid_from:
            raise ValueError("signed after its first day")
        numbers = [article.number for article in self.articles]
        if not 1 <= self.version <= LAST_VERSION or not self.members or len(set(numbers)) != len(numbers):
            raise ValueError("version, members or articles")
        if not (0 < len(self.id) <= LONGEST_ID and self.id.isprintable()):
            raise ValueError("id")
        if not (self.prev.isascii() and (self.prev.isalnum() or not self.prev) and len(self.prev) <= 64) or (
            self.prev and self.version == 1
        ):
            raise ValueError("prev")
        days = (*(article.response_days for article in self.articles), self.terms.notice_days or 0)
        if not all(0 <= number <= MOST_DAYS for number in days):
            raise ValueError("a number of days")
        named = {code for article in self.articles for code in (*article.receiving, *article.deciding)}
        if not named | self.terms.named() <= {*self.members, EVERY}:
            raise ValueError("an article names a region that is no member")


def _article(value: Json) -> Article:
    return Article(
        number=str(value["number"]), items=_texts(value["items"]), modes=_texts(value["modes"]),
        receiving=_texts(value["receiving"]), deciding=_texts(value["deciding"]),
        response_days=int(value["response_days"]), batches=_texts(value.get("batches") or []),
    )  # fmt: skip
