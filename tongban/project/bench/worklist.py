"""worklist_p95_ms, search_p95_ms, case_page_p95_ms, my_cases_p95_ms: pages of a region with many cases, through the serving process."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import cycle, repeat
from typing import Any
from uuid import UUID

from tongban.project import walk_case
from tongban.project.bench import whole_cases
from tongban.project.bench.filling import OFFICERS, fill, number_of, partners
from tongban.project.bench.ground import JIYANG, Ground, median_ms, p95_ms
from tongban.project.bench.running import Sizes
from tongban.project.bench.visiting import count_statements
from tongban.project.registers.people import DemoPerson
from tongban.project.walk import Visitor

DESKS = ("examination", "acceptance", "reception", "effect", "all", "overdue", "escalated", "unanswered")
FILTERS = (
    "",
    "&lamp=red",
    "&lamp=amber",
    "&partner=379917",
    "&item=bench-9",
    "&state=examining",
    f"&officer=s-bench-{OFFICERS // 2}",
)
DEEPEST_PAGE = 20
REAL_CASES = 10
WARM_UP = 4
Ask = Callable[[], Any]


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    """First with a hundredth of the rows, then with all of them."""
    few = max(1, sizes.rows // 100)
    with ExitStack() as stack:
        resident = _resident(ground, stack)
        examiner = stack.enter_context(Visitor(ground.url(JIYANG)))
        _sign_in(ground, examiner)
        fill(ground, first=1, last=few)
        small = _look(_pages(examiner, *resident, rows=few), sizes.requests // 2)
        fill(ground, first=few + 1, last=sizes.rows)
        large = _look(_pages(examiner, *resident, rows=sizes.rows), sizes.requests)
        statements = [count_statements(examiner, "/staff/?desk=examination") for _ in range(2)][-1]
    return {
        **{f"{name}_p95_ms": p95_ms(seconds) for name, seconds in large.items()},
        **{f"{name}_p95_ms_10k": p95_ms(seconds) for name, seconds in small.items()},
        "worklist_p50_ms": median_ms(large["worklist"]),
        "worklist_statements": statements.count,
    }


def _resident(ground: Ground, stack: ExitStack) -> tuple[DemoPerson, Visitor, list[UUID]]:
    """Somebody with a few cases, filed through the public door and with their chains: case pages and lists of own cases are measured on these."""
    person, visitor = ground.residents()[0], stack.enter_context(Visitor(ground.url(JIYANG)))
    case_ids = whole_cases.file_cases(ground, person, REAL_CASES)
    walk_case.sign_in(visitor, person)
    return person, visitor, case_ids


def _sign_in(ground: Ground, visitor: Visitor) -> None:
    accounts = json.loads((ground.demo.homes[JIYANG.name] / "accounts.json").read_text())
    account = next(account for account in accounts if "examiner" in account["roles"])
    walk_case.sign_in_staff(visitor, username=account["username"], password=account["password"], secret=account["totp"])


def _pages(
    examiner: Visitor, person: DemoPerson, citizen: Visitor, real: Sequence[UUID], *, rows: int
) -> dict[str, Iterator[Ask]]:
    """What to ask for, by the name of the figure, without end."""
    return {
        "worklist": _worklists(examiner),
        "search": _searches(examiner, person.id_number, rows),
        "case_page": (partial(examiner.client.get, f"/staff/cases/{id}") for id in cycle(real)),
        "my_cases": repeat(partial(citizen.client.get, "/cases")),
    }


def _worklists(visitor: Visitor) -> Iterator[Ask]:
    """Desks and filters by chance; mostly the page behind the one before, as long as there is one."""
    chance, after = random.Random(3), ""  # noqa: S311  which page, no secret
    place = partners()[0]

    def page() -> Any:
        nonlocal after
        address = after or f"/staff/?desk={chance.choice(DESKS)}{chance.choice(FILTERS).format(place=place)}"
        answer = visitor.client.get(address, follow_redirects=False)
        link = answer.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        after = f"/staff/{link}" if link and chance.random() < 1 - 1 / DEEPEST_PAGE else ""
        return answer

    return repeat(page)


def _searches(visitor: Visitor, id_number: str, rows: int) -> Iterator[Ask]:
    """A number that there is, one that there is not, a person with several cases, and a code that stands for nothing."""
    chance = random.Random(5)  # noqa: S311  which number, no secret
    token = visitor.open("/staff/?desk=all").form(action="/staff/find").fields["csrfmiddlewaretoken"].value or ""
    kinds: Sequence[Callable[[], str]] = (
        lambda: number_of(chance.randint(1, rows)),
        lambda: number_of(rows + 1),
        lambda: id_number,
        lambda: "7K3Q9MWA2XHTC",
    )
    for words in cycle(kinds):
        form = {"csrfmiddlewaretoken": token, "words": words()}
        yield partial(visitor.client.post, "/staff/find", data=form, follow_redirects=False)


def _look(pages: dict[str, Iterator[Ask]], count: int) -> dict[str, list[float]]:
    """Seconds of each answer; the pages take turns, so that noise meets all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(-WARM_UP, max(2, count)):
        for name, asks in pages.items():
            ask = next(asks)
            begun = time.perf_counter()
            answer = ask()
            if answer.status_code not in (200, 302) or "sign-in" in answer.headers.get("location", ""):
                raise ValueError(f"{name}: status {answer.status_code}")
            if number >= 0:
                seconds[name].append(time.perf_counter() - begun)
    return seconds
