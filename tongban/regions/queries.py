"""What others may ask about places."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import F, Q, QuerySet

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.regions import models

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""北京, 天津, 上海, 重庆: province and pooling area at once."""


class UnknownRegion(Refused):
    """No division had this code on that day."""

    status = 404
    text = Text("没有代码为 {code} 的行政区划。", "There is no region with the code {code}.")
    advice = Text("请从列表中选择地区。", "Choose a place from the list.")


class UnknownOffice(Refused):
    """The region has no such office."""

    status = 404
    text = Text("该地区没有代码为 {code} 的部门。", "This region has no office with the code {code}.")
    advice = Text("请从列表中选择部门。", "Choose an office from the list.")


@dataclass(frozen=True, slots=True)
class Region:
    """A division. `level` is province, city, county or town.

    `verified`: code and name were read in a source. `gb2260`: the code is one of GB/T 2260, not a statistical or invented one.
    """

    code: str
    name: str
    level: str
    parent: str | None
    verified: bool
    gb2260: bool
    aliases: tuple[str, ...] = ()
    note: str = ""
    name_en: str = ""

    @property
    def text(self) -> Text:
        """In both languages; where nobody wrote the English name the Chinese one stands for it."""
        return Text(self.name, self.name_en or self.name)


@dataclass(frozen=True, slots=True)
class Office:
    """`kind` is reception, or what it decides about: approval, insurance, civil-affairs, disability …"""

    region: str
    code: str
    name: str
    kind: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Hall:
    region: str
    name: str
    address: str
    phone: str
    hours: str
    verified: bool = False
    name_en: str = ""
    address_en: str = ""
    hours_en: str = ""

    @property
    def title(self) -> Text:
        return Text(self.name, self.name_en or self.name)

    @property
    def where(self) -> Text:
        return Text(self.address, self.address_en or self.address)

    @property
    def open_at(self) -> Text:
        return Text(self.hours, self.hours_en or self.hours)


@lru_cache(maxsize=4096)
def get_region(code: str, on: date | None = None) -> Region:
    """The division with this code on that day, or the present one. Refuses `UnknownRegion`.

    Kept by the process: every page names several, and they change only with `load_regions`.
    """
    # A code typed by anybody may hold what the database cannot even compare (a NUL).
    rows = _in_force(on).filter(code=code) if code.isdecimal() else models.Region.objects.none()
    row = rows.order_by(F("valid_from").desc(nulls_last=True)).first()
    if row is None:
        raise UnknownRegion(code=code[:12])
    return _region(row)


def list_regions(level: str | None = None, parent: str | None = None, on: date | None = None) -> list[Region]:
    """Divisions by code; of one level or below one parent."""
    rows = _in_force(on).order_by("code")
    if level is not None:
        rows = rows.filter(level=level)
    if parent is not None:
        rows = rows.filter(parent=parent)
    return [_region(row) for row in rows]


def find_regions(text: str, on: date | None = None) -> list[Region]:
    """Divisions whose name or alias is `text` or begins with it, at most 20."""
    rows = _in_force(on).filter(Q(name__startswith=text) | Q(aliases__contains=[text])).order_by("code")
    return [_region(row) for row in rows[:20]] if text else []


def province_of(code: str) -> str:
    """The code of the province that a code of any level belongs to: 370115001 → 370000."""
    return code[:2] + "0000"


def city_of(code: str) -> str:
    """The code of the prefecture city; the province itself for a municipality (直辖市)."""
    return province_of(code) if code[:2] in MUNICIPALITIES else code[:4] + "00"


def same_pooling_area(a: str, b: str) -> bool:
    """Whether two places share a medical insurance pool (统筹区).

    Taken to be the prefecture city or the municipality; practice, not read in a law, and some provinces pool as a whole.
    """
    return city_of(a) == city_of(b)


def path_name(code: str, on: date | None = None) -> str:
    """Names from the province down: "山东省 济南市 济阳区". Refuses `UnknownRegion`."""
    region = get_region(code, on)
    if region.parent is None:
        return region.name
    return f"{path_name(region.parent, on)} {region.name}"


def path_text(code: str, on: date | None = None) -> Text:
    """The path name in both languages; in English from the smallest up: "Jiyang District, Jinan, Shandong"."""
    return spoken(path_name(code, on))


def spoken(name: str) -> Text:
    """The name or path name of a division in both languages; other words are left as they are.

    By its name, not its code: some records name a place as it was called when they were written.
    """
    known = _english_names()
    parts = [known.get(part, part) for part in name.split(" ")]
    return Text(name, ", ".join(reversed(parts)) if name.split(" ")[0] in known else name)


@lru_cache(maxsize=1)
def _english_names() -> dict[str, str]:
    return dict(models.Region.objects.exclude(name_en="").order_by("-code").values_list("name", "name_en"))


def forget() -> None:
    """What this process keeps of the tables."""
    get_region.cache_clear()
    list_offices.cache_clear()
    _english_names.cache_clear()


@lru_cache(maxsize=4096)
def list_offices(region: str) -> tuple[Office, ...]:
    """By code. Kept by the process, as divisions are."""
    return tuple(_office(row) for row in models.Office.objects.filter(region=region).order_by("code"))


def get_office(region: str, code: str) -> Office:
    """Refuses `UnknownOffice`."""
    row = models.Office.objects.filter(region=region, code=code).first()
    if row is None:
        raise UnknownOffice(code=code[:40])
    return _office(row)


def list_halls(region: str) -> list[Hall]:
    """The halls of the place itself; those of its towns, windows, stations and kiosks stand in `points.py`."""
    rows = models.Hall.objects.filter(region=region, kind="hall", level__in=("city", "county"))
    return [_hall(row) for row in rows.order_by("id")]


def _in_force(on: date | None) -> QuerySet[models.Region]:
    rows = models.Region.objects.all()
    if on is None:
        return rows.filter(valid_until=None)
    return rows.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gt=on))


def _region(row: models.Region) -> Region:
    return Region(
        code=row.code, name=row.name, level=row.level, parent=row.parent or None, verified=row.verified,
        gb2260=row.gb2260, aliases=tuple(row.aliases), note=row.note, name_en=row.name_en,
    )  # fmt: skip


def _office(row: models.Office) -> Office:
    return Office(row.region, row.code, row.name, row.kind, row.verified)


def _hall(row: models.Hall) -> Hall:
    return Hall(
        row.region, row.name, row.address, row.phone, row.hours, row.verified, row.name_en, row.address_en, row.hours_en
    )
