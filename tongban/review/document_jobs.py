"""The background step that reads papers. Its queue is its own: a page takes seconds, and nothing waits for it."""

from uuid import UUID

from procrastinate.contrib.django import app

from tongban.documents.reading.process import QUEUE
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.review import document_reading


@app.task(name="review.read_documents", queue=QUEUE, retry=ForEver())
def read_documents(*, region: str, case_id: str) -> None:
    document_reading.read_documents(
        node=registries.current_node(), region=region, case_id=UUID(case_id), by=system(region), at=now()
    )
