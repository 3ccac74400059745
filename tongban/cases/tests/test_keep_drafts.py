"""Keeping a draft: nobody overwrites anybody, and nothing is kept that could not be opened again."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import JIYANG, citizen
from tongban.cases import queries, services
from tongban.cases.services.drafting import DraftTooLarge
from tongban.cases.tests.zone import Zone
from tongban.documents.tests.files import picture
from tongban.exchange.services import EventTooLarge
from tongban.kernel.scope import scope

SAVES: dict[str, Callable[..., object]] = {
    "save": lambda **whose: services.save_draft(**whose, elements={"filing.address": "新地址"}),
    "attach": lambda **whose: services.attach_material(
        **whose, material="residence-permit", data=picture("PNG"), filename="a.png", original_seen=False
    ),
    "remove": lambda **whose: services.remove_material(**whose, material="residence-permit"),
    "discard": lambda **whose: services.discard_draft(**whose),
}


@pytest.mark.parametrize("act", SAVES)
def test_the_row_is_locked_before_it_is_changed(zone: Zone, act: str) -> None:
    """Two phones, or a discarding beside a handing in: one waits for the other."""
    draft = zone.draft()
    with scope([JIYANG]), CaptureQueriesContext(connection) as seen:
        SAVES[act](node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=citizen(), at=zone.at)
    touched = [query["sql"] for query in seen.captured_queries if "cases_draft" in query["sql"]]
    locked = next(number for number, sql in enumerate(touched) if "FOR UPDATE" in sql)
    changed = next(number for number, sql in enumerate(touched) if sql.startswith(("UPDATE", "DELETE")))
    assert locked < changed


def test_what_is_too_long_is_refused_and_the_draft_still_opens(zone: Zone) -> None:
    draft = zone.draft()
    whose = {"node": zone.jiyang, "region": JIYANG, "case_id": draft.case_id, "by": citizen()}
    with scope([JIYANG]):
        with pytest.raises(DraftTooLarge):
            services.save_draft(**whose, elements={"filing.address": "长" * 30_000}, at=zone.at)
        assert queries.get_draft(**whose).elements == draft.elements


def test_a_reason_that_could_not_be_opened_again_is_not_written(zone: Zone) -> None:
    case_id = zone.taken_over()
    with pytest.raises(EventTooLarge):
        zone.do(services.refuse_case, case_id, reason="长" * 30_000, article="第八条")
    assert zone.there(case_id).state == "received"
