"""Upload to the national platform (国家平台上报): the cases that a region decides, each as rows of the national tables."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings

from tongban.cases import queries, worklists
from tongban.catalogue import queries as catalogue
from tongban.exchange import queries as exchange
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.events import Json
from tongban.kernel.scope import scope
from tongban.project.upload_rows import HERE, list_rows
from tongban.project.upload_sinks import FileSink, HttpSink, Sink

MARGIN = timedelta(days=7)
"""Lists are in the order in which a case was last written here; an event of the other place is older than that."""


def upload(args: Namespace) -> None:
    sink: Sink = FileSink(args.out) if args.out else HttpSink(settings.UPLOAD_URL, settings.UPLOAD_SECRET)
    since = _since(args.since)
    with scope([args.region]):
        print(f"{sink.write(_rows(args.region, since))} rows")


def _rows(region: str, since: datetime) -> Iterator[Json]:
    node, by = registries.current_node(), system(region)
    for case_id in _cases(region):
        chain = exchange.get_chain(region=region, case_id=case_id)
        last = chain[-1].payload.at
        if last < since - MARGIN:
            return
        view = queries.get_case(node=node, region=region, case_id=case_id, by=by, at=now())
        if last >= since and view.deciding == region and (node.demo or not view.practice):
            yield from list_rows(view, chain, catalogue.get_definition(view.definition))


def _cases(region: str) -> Iterator[UUID]:
    after = ""
    while True:
        page = worklists.list_worklist(
            node=registries.current_node(), region=region, desk="all", at=now(), after=after, size=100
        )
        yield from (row.case_id for row in page.rows)
        if not page.after:
            return
        after = page.after


def _since(day: str | None) -> datetime:
    if not day:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return datetime.combine(date.fromisoformat(day), time(), HERE)
