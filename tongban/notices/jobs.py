"""Background steps of `notices`. Arguments are ids only: a phone number is read when the message leaves."""

from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from tongban.cases.fold import is_received_here
from tongban.kernel import registries
from tongban.kernel.behind import QUEUE
from tongban.kernel.clock import now
from tongban.kernel.events import StoredEvent
from tongban.kernel.scope import scope
from tongban.notices import services
from tongban.notices.adapters.mail import MailChannel, get_mail_channel
from tongban.notices.kinds import kinds_of
from tongban.people.adapters.sms import SmsNotices, get_sms_channel


def is_of_interest(event: StoredEvent) -> bool:
    """Whether the applicant is told of it, at the place that received the case."""
    return bool(kinds_of(event)) and is_received_here(event)


def tell(*, region: str, case_id: str, seq: int) -> None:
    """Of the events from `seq` on, and at once on every way; what does not go out is taken up by `deliver_due`."""
    with scope([region]):
        made = services.tell_of_events(
            node=registries.current_node(), region=region, case_id=UUID(case_id), seq=seq, at=now()
        )
    for delivery in made:
        _deliver(region, delivery)


def deliver_soon(region: str, deliveries: list[UUID]) -> None:
    for delivery in deliveries:
        deliver.defer(region=region, delivery=str(delivery))


@app.task(name="notices.deliver", queue=QUEUE)
def deliver(*, region: str, delivery: str) -> None:
    """One try; what did not go out is taken up again by `deliver_due`."""
    _deliver(region, UUID(delivery))


def _deliver(region: str, delivery: UUID) -> None:
    with scope([region]):
        claimed = services.claim(node=registries.current_node(), region=region, delivery=delivery, at=now())
    if claimed is None:
        return
    problem = services.send(claimed, sms=_sms, mail=_mail)
    with scope([region]):
        services.settle(region=region, delivery=delivery, problem=problem, at=now())


def deliver_due() -> None:
    """Whatever has waited long enough, a job for each."""
    regions = registries.current_node().regions
    with scope(regions):
        for region, delivery in services.list_due(regions=regions, at=now()):
            deliver.defer(region=region, delivery=str(delivery))


def ask_reports() -> None:
    """What the gateway says of the messages that it took."""
    regions = registries.current_node().regions
    with scope(regions):
        sent = services.list_unreported(regions=regions, at=now())
    for region, delivery in sent:
        state = _sms().report(id=delivery)
        with scope([region]):
            services.note_report(region=region, delivery=delivery, state=state, at=now())


def _sms() -> SmsNotices:
    return get_sms_channel(settings.MODE, url=settings.SMS_GATEWAY_URL, secret=settings.SMS_GATEWAY_SECRET)


def _mail() -> MailChannel:
    return get_mail_channel(
        settings.MODE, host=settings.MAIL_HOST, port=settings.MAIL_PORT, user=settings.MAIL_USER, password=settings.MAIL_PASSWORD,
        sender=settings.MAIL_FROM,
    )  # fmt: skip
