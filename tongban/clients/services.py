"""What others may do with clients; each name lives in the module of its subject."""

from datetime import datetime

from tongban.clients.answers import Answer, find_answer, forget_answers, keep_answer
from tongban.clients.posting import HttpPoster, Poster, sign
from tongban.clients.scopes import FOR_STAFF, SCOPES
from tongban.clients.targets import Rules
from tongban.clients.tokens import IssuedToken, TokenInvalid, admit, issue_token, revoke_token
from tongban.clients.webhooks import (
    Subscribed,
    deliver,
    forget_deliveries,
    list_due,
    note_case,
    queue_delivery,
    queue_public,
    redeliver,
    subscribe,
    unsubscribe,
)

__all__ = [
    "FOR_STAFF",
    "SCOPES",
    "Answer",
    "HttpPoster",
    "IssuedToken",
    "Poster",
    "Rules",
    "Subscribed",
    "TokenInvalid",
    "admit",
    "deliver",
    "find_answer",
    "forget_old",
    "issue_token",
    "keep_answer",
    "list_due",
    "note_case",
    "queue_delivery",
    "queue_public",
    "redeliver",
    "revoke_token",
    "sign",
    "subscribe",
    "unsubscribe",
]


def forget_old(*, at: datetime) -> None:
    """Kept answers after a week, deliveries after a month."""
    forget_answers(at=at)
    forget_deliveries(at=at)
