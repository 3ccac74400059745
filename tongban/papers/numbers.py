"""The number of a paper (文号): 机关代字, year in 〔〕, running number without a gap. 济阳政务收〔2026〕12号."""

from datetime import datetime

from django.db import connection

from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day
from tongban.papers.kinds import PaperKind
from tongban.regions import queries as regions

OFFICE_WORDS = {"reception": "政务", "approval": "审批", "insurance": "医保", "inspection": "监管"}
LEFT_OUT = 10_000
"""Numbers that may have been given to people after a backup was made: a gap is better than a double."""
_SUFFIXES = ("自治县", "县", "区", "市")

_NEXT = """
INSERT INTO papers_papercounter (region, word, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (region, word, year) DO UPDATE SET last = papers_papercounter.last + 1 RETURNING last
"""
_LEAVE_OUT = "UPDATE papers_papercounter SET last = last + %s WHERE region = %s AND year = %s"


def agency_word(*, region: str, office: str, kind: PaperKind) -> str:
    """The 机关代字. Offices of one kind in one region count together, so that a number is never given twice."""
    place = regions.get_region(region).name
    short = next(
        (place.removesuffix(end) for end in _SUFFIXES if place.endswith(end) and len(place) > len(end) + 1), place
    )
    found = next((each.kind for each in regions.list_offices(region) if each.code == office), "")
    return f"{short}{OFFICE_WORDS.get(found, '')}{kind.word}"


def take_number(*, region: str, word: str, year: int) -> str:
    """The next number; its row stays locked until the transaction ends, so numbers have no gaps and no doubles."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [region, word, year])
        (running,) = cursor.fetchone()
    return f"{word}〔{year}〕{running}号"


def leave_numbers_out(node: Node, at: datetime) -> None:
    """Before a restored node acts again (R16)."""
    with connection.cursor() as cursor:
        for region in node.regions:
            cursor.execute(_LEAVE_OUT, [LEFT_OUT, region, legal_day(at).year])
