"""An enquiry from one place to the other: asked, answered, closed, turned into a case."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.cast import ITEM, JIYANG, LINYI, clerk, examiner
from tongban.cases.tests.zone import Zone
from tongban.enquiries import queries, services
from tongban.enquiries.fold import NotNowInThisEnquiry
from tongban.enquiries.queries import EnquiryView
from tongban.exchange import services as exchange
from tongban.exchange.services import NotTheWriter
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day

pytestmark = pytest.mark.django_db
QUESTION, ANSWER = "居住证正在换发，能否先备案？", "可以，凭受理回执办理。"


@dataclass
class Talk:
    zone: Zone

    def ask(self, question: str = QUESTION, deciding: str = LINYI, **changes: Any) -> UUID:
        about = {"key": ITEM, "deciding": deciding, "question": question, "cmd": new_id()} | changes
        asked: UUID = self.here(services.ask, **about)
        self.zone.settle()
        return asked

    def answered(self) -> UUID:
        enquiry = self.ask()
        self.there(services.answer, enquiry_id=enquiry, answer=ANSWER, cmd=new_id())
        self.zone.settle()
        return enquiry

    def here(self, service: Any, by: Actor | None = None, **given: Any) -> Any:
        return self._do(service, self.zone.jiyang, JIYANG, by or clerk(), given)

    def there(self, service: Any, by: Actor | None = None, **given: Any) -> Any:
        return self._do(service, self.zone.linyi, LINYI, by or examiner(), given)

    def _do(self, service: Any, node: Node, region: str, by: Actor, given: dict[str, Any]) -> Any:
        with scope([region]):
            return service(node=node, region=region, by=by, at=self.zone.at, **given)

    def seen_here(self, enquiry: UUID) -> EnquiryView:
        with scope([JIYANG]):
            return queries.get_enquiry(node=self.zone.jiyang, region=JIYANG, enquiry_id=enquiry, by=clerk())

    def seen_there(self, enquiry: UUID) -> EnquiryView:
        with scope([LINYI]):
            return queries.get_enquiry(node=self.zone.linyi, region=LINYI, enquiry_id=enquiry, by=examiner())


@pytest.fixture
def talk(node: Any, linyi: Any, huimin: Any, at: Any) -> Talk:
    return Talk(Zone(node, linyi, huimin, at).found())


def test_the_question_arrives_and_waits_there(talk: Talk) -> None:
    enquiry = talk.ask()
    there = talk.seen_there(enquiry)
    assert (there.question, there.actions, there.line.waits) == (QUESTION, {"answer"}, True)
    assert there.line.number.startswith(f"ZX-{JIYANG}-{legal_day(talk.zone.at):%Y%m%d}-")
    assert talk.seen_here(enquiry).actions == frozenset()


def test_the_answer_comes_back_to_who_asked(talk: Talk) -> None:
    here = talk.seen_here(talk.answered())
    assert (here.answer, here.actions, here.line.state.zh) == (ANSWER, {"close"}, "已答复")


def test_it_is_closed_with_the_number_of_the_case_that_came_of_it(talk: Talk) -> None:
    enquiry = talk.answered()
    case = talk.zone.submit(talk.zone.draft(clerk()), clerk())
    talk.here(services.close, enquiry_id=enquiry, became=case.number, cmd=new_id())
    talk.zone.settle()
    assert talk.seen_there(enquiry).became == case.number
    assert talk.seen_here(enquiry).line.state.zh == "已办结"


def test_a_number_that_is_no_case_here_is_not_noted(talk: Talk) -> None:
    with pytest.raises(services.NoSuchCase):
        talk.here(services.close, enquiry_id=talk.answered(), became="370115-20261120-999999", cmd=new_id())


def test_the_same_command_asks_once(talk: Talk) -> None:
    cmd = new_id()
    assert talk.ask(cmd=cmd) == talk.ask(cmd=cmd)
    with scope([JIYANG]):
        assert len(queries.list_enquiries(region=JIYANG, by=clerk())) == 1


def test_nobody_closes_what_is_not_answered(talk: Talk) -> None:
    with pytest.raises(NotTheWriter):
        talk.here(services.close, enquiry_id=talk.ask(), became="", cmd=new_id())


def test_nobody_answers_twice(talk: Talk) -> None:
    enquiry = talk.answered()
    with pytest.raises(NotTheWriter):
        talk.there(services.answer, enquiry_id=enquiry, answer="再补一句", cmd=new_id())


def test_nothing_follows_the_end(talk: Talk) -> None:
    enquiry = talk.answered()
    talk.here(services.close, enquiry_id=enquiry, became="", cmd=new_id())
    with pytest.raises(NotNowInThisEnquiry):
        talk.here(services.close, enquiry_id=enquiry, became="", cmd=new_id())


@pytest.mark.parametrize("question", ["", "  ", "长" * 2001])
def test_a_question_has_words(talk: Talk, question: str) -> None:
    with pytest.raises(services.WordsMissing):
        talk.ask(question)


def test_only_a_place_that_offers_the_service_is_asked(talk: Talk) -> None:
    with pytest.raises(services.NobodyToAsk):
        talk.ask(deciding=JIYANG)


def test_who_receives_asks_and_who_decides_answers(talk: Talk) -> None:
    with pytest.raises(Forbidden):
        talk.here(services.ask, examiner(JIYANG), key=ITEM, deciding=LINYI, question=QUESTION, cmd=new_id())
    with pytest.raises(Forbidden):
        talk.there(services.answer, clerk(LINYI), enquiry_id=talk.ask(), answer=ANSWER, cmd=new_id())


def test_an_enquiry_that_is_not_here_is_missing(talk: Talk) -> None:
    with pytest.raises(Missing):
        talk.there(services.answer, enquiry_id=new_id(), answer=ANSWER, cmd=new_id())


def test_an_answer_keeps_nothing_for_the_place_that_gives_it(talk: Talk) -> None:
    """It is no case: who answers does not take it over."""
    enquiry = talk.ask()
    taken = NewEvent("enquiries.answered;v=1", {}, baton=Baton("accept"))
    with scope([LINYI]), pytest.raises(NotNowInThisEnquiry):
        exchange.append(
            node=talk.zone.linyi, region=LINYI, case_id=enquiry, events=[taken], cmd=new_id(), request=b"r", by=examiner(),
            role="examiner", at=talk.zone.at,
        )  # fmt: skip


def test_what_waits_here_stands_first(talk: Talk) -> None:
    answered, _ = talk.answered(), talk.ask()
    with scope([JIYANG]):
        first, second = queries.list_enquiries(region=JIYANG, by=clerk())
    assert (first.enquiry_id, first.waits, second.waits) == (answered, True, False)
