"""One list of what to correct: ids of the form, a term with its calendar, and nothing in clear that tells of a person."""

import pytest

from tests.cast import LINYI
from tongban.cases import services
from tongban.cases.services.between import NotOfThisForm
from tongban.cases.services.deciding import ArticleTooLong
from tongban.cases.tests.zone import Zone
from tongban.exchange.queries import get_chain
from tongban.exchange.services import CommandReused
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope


@pytest.mark.parametrize("asked", [{"fields": ["罗建国的电话"]}, {"materials": ["no-such-paper"]}])
def test_only_what_is_on_the_form_can_be_asked_for(zone: Zone, asked: dict[str, list[str]]) -> None:
    case_id = zone.taken_over()
    with pytest.raises(NotOfThisForm):
        zone.do(services.request_correction, case_id, **({"fields": [], "materials": [], "note": ""} | asked))


def test_the_term_names_its_calendar(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.request_correction, case_id, fields=["filing.address"], materials=[], note="")
    with scope([LINYI]):
        body = get_chain(LINYI, case_id)[-1].payload.body
    assert body["calendar"]["region"] == LINYI and len(body["calendar"]["hash"]) == 64


@pytest.mark.parametrize("article", ["条" * 121, "第八条\n罗建国"])
def test_an_article_is_no_story(zone: Zone, article: str) -> None:
    case_id = zone.taken_over()
    with pytest.raises(ArticleTooLong):
        zone.do(services.refuse_case, case_id, reason="理由", article=article)


def test_one_command_does_not_serve_for_two_acts(zone: Zone) -> None:
    case_id, cmd = zone.taken_over(), new_id()
    zone.do(services.accept_case, case_id, cmd=cmd)
    with pytest.raises(CommandReused):
        zone.do(services.refuse_case, case_id, cmd=cmd, reason="理由", article="第八条")
