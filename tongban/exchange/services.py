"""What others may do with the exchange. Each name is a use case in a module of its own."""

from tongban.exchange.appending import (
    CaseParked,
    NotTheWriter,
    StaleHead,
    UnknownEventKind,
    append,
)
from tongban.exchange.blobs import BlobsMissing, fetch_blobs, read_blob_for, read_events_for
from tongban.exchange.clauses import ClauseMissing
from tongban.exchange.definitions import Fetched, fetch_definitions
from tongban.exchange.delivery import deliver_once
from tongban.exchange.log import CommandReused, EventTooLarge
from tongban.exchange.proposals import NoNeedToPropose, propose
from tongban.exchange.receiving import receive
from tongban.exchange.sender import run_senders

__all__ = [
    "BlobsMissing",
    "CaseParked",
    "ClauseMissing",
    "CommandReused",
    "EventTooLarge",
    "Fetched",
    "NoNeedToPropose",
    "NotTheWriter",
    "StaleHead",
    "UnknownEventKind",
    "append",
    "deliver_once",
    "fetch_blobs",
    "fetch_definitions",
    "propose",
    "read_blob_for",
    "read_events_for",
    "receive",
    "run_senders",
]
