"""What others may do with the exchange. Each name is a use case in a module of its own."""

from tongban.exchange.agreements import Shared, share_agreements
from tongban.exchange.appending import (
    CaseParked,
    NotTheWriter,
    StaleHead,
    UnknownEventKind,
    append,
)
from tongban.exchange.blobs import (
    BlobsMissing,
    fetch_blobs,
    find_blob_for,
    forget_partials,
    read_blob_for,
    read_events_for,
)
from tongban.exchange.checkpoints import Comparison, make_checkpoints
from tongban.exchange.checkpoints import compare as compare_checkpoints
from tongban.exchange.clauses import ClauseMissing, was_taken_over
from tongban.exchange.cosigning import co_sign as co_sign_checkpoint
from tongban.exchange.declaring import declare_past
from tongban.exchange.definitions import Fetched, fetch_definitions
from tongban.exchange.delivery import deliver_once
from tongban.exchange.fencing import Fences, FencesMissing, collect_fences
from tongban.exchange.gossip import compare_views
from tongban.exchange.incarnation import CaseRecovering, begin_recovery, open_incarnation, renew_seal
from tongban.exchange.ladder import Ladder, Rung, climb, count_overdue
from tongban.exchange.lists import FetchedLists, fetch_lists, take_list
from tongban.exchange.log import CommandReused, EventTooLarge
from tongban.exchange.opening import mark_opened
from tongban.exchange.own_checkpoints import CheckpointView, list_checkpoints
from tongban.exchange.own_checkpoints import prove_for_alliance as prove_log
from tongban.exchange.promising import OlderLife, answer_promise, list_items_for, take_declaration
from tongban.exchange.proposals import NoNeedToPropose, propose
from tongban.exchange.receiving import receive
from tongban.exchange.recovery import advance_recovery
from tongban.exchange.sender import run_senders
from tongban.exchange.sweep import sweep_peer
from tongban.exchange.sweeper import run_sweeps
from tongban.exchange.witnessed import list_evidence as list_log_evidence
from tongban.exchange.witnessed import list_held as list_witnessed
from tongban.exchange.witnessed import read_held as read_held_checkpoint
from tongban.exchange.witnesses import is_witnessed

__all__ = [
    "BlobsMissing",
    "CaseParked",
    "CaseRecovering",
    "CheckpointView",
    "ClauseMissing",
    "CommandReused",
    "Comparison",
    "EventTooLarge",
    "Fences",
    "FencesMissing",
    "Fetched",
    "FetchedLists",
    "Ladder",
    "NoNeedToPropose",
    "NotTheWriter",
    "OlderLife",
    "Rung",
    "Shared",
    "StaleHead",
    "UnknownEventKind",
    "advance_recovery",
    "answer_promise",
    "append",
    "begin_recovery",
    "climb",
    "co_sign_checkpoint",
    "collect_fences",
    "compare_checkpoints",
    "compare_views",
    "count_overdue",
    "declare_past",
    "deliver_once",
    "fetch_blobs",
    "fetch_definitions",
    "fetch_lists",
    "find_blob_for",
    "forget_partials",
    "is_witnessed",
    "list_checkpoints",
    "list_items_for",
    "list_log_evidence",
    "list_witnessed",
    "make_checkpoints",
    "mark_opened",
    "open_incarnation",
    "propose",
    "prove_log",
    "read_blob_for",
    "read_events_for",
    "read_held_checkpoint",
    "receive",
    "renew_seal",
    "run_senders",
    "run_sweeps",
    "share_agreements",
    "sweep_peer",
    "take_declaration",
    "take_list",
    "was_taken_over",
]
