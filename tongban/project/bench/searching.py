"""catalogue_search_p95_ms: everyday words among ten thousand items, each offered at up to 140 places, in the server; and among a thousand.

Needs no node: the index is plain values. What is asked: everything that the file of synonyms knows, names with a wrong character, pinyin, and what
is no item; each with a place.
"""

import time
from collections.abc import Iterator
from itertools import islice
from statistics import quantiles
from typing import Any

from tongban.catalogue.search.entries import list_listed
from tongban.catalogue.search.index import Entry, Index
from tongban.catalogue.search.sounds import spell
from tongban.catalogue.search.synonyms import list_popular, list_synonyms
from tongban.project.bench.running import Sizes

ITEMS, FEWER, PLACES = 10_000, 1_000, 140
SITUATIONS = (
    "首次申请", "变更名称", "变更地址", "变更负责人", "延续", "换发", "补发", "遗失补办", "注销", "撤销", "增项", "减项", "跨省转入", "跨省转出",
    "委托代办", "未成年人", "退役军人", "残疾人", "学生", "老年人", "军人家属", "港澳台居民", "外国人", "企业法人", "个体经营", "分支机构", "农户",
    "灵活就业", "离退休人员", "失业人员", "新迁入", "临时", "长期", "到期换证", "告知承诺", "容缺受理", "全程网办", "当场办结", "集体办理", "复审",
    "异议处理",
)  # fmt: skip
NO_ITEMS = ("今天天气怎么样", "买彩票", "外星人登陆", "修水管", "asdfqwer", "附近的加油站")
TURNS = 3


def measure(ground: Any, sizes: Sizes) -> dict[str, float]:
    questions = list(_questions())
    return {
        "catalogue_search_p95_ms": _p95(_index(ITEMS), questions),
        "catalogue_search_p95_ms_1k": _p95(_index(FEWER), questions),
    }


def _index(size: int) -> Index:
    return Index(islice(_entries(), size), list_synonyms(), list_popular())


def _entries() -> Iterator[Entry]:
    """Every listed item in every situation; one in three can be begun at some of the places."""
    places = [f"{number:06d}" for number in range(PLACES)]
    listed = list_listed()
    yield from (
        Entry(
            id=f"{number}", name=f"{item.name}（{situation}）", summary=f"{item.department}办理的{item.name}，适用于{situation}的情形。",
            department=item.department, audience=item.audience, service=f"item-{number}" if number % 3 == 0 else "",
            places=frozenset(places[number % 7 :]), published=frozenset(places),
        )
        for number, (situation, item) in enumerate((situation, item) for situation in SITUATIONS for item in listed)
    )  # fmt: skip


def _questions() -> list[str]:
    said = [" ".join(one.said) for one in list_synonyms()]
    wrong = [item.name.replace("登记", "登计").replace("申领", "申令") for item in list_listed()]
    letters = [spell(item.name).replace(" ", "") for item in list_listed()[::4]]
    return [*said, *(f"我想问{one}怎么办理" for one in said[::3]), *wrong, *letters, *NO_ITEMS]


def _p95(index: Index, questions: list[str]) -> float:
    times = [_milliseconds(index, question) for _ in range(TURNS) for question in questions]
    return round(quantiles(times, n=20)[-1], 3)


def _milliseconds(index: Index, question: str) -> float:
    begun = time.perf_counter()
    index.find(question, place="000070")
    return 1000 * (time.perf_counter() - begun)
