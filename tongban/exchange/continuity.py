"""Whether the receipts of one region form one chain, so that none was withdrawn quietly (protocol §3.7).

A peer holds those about its own cases only: for it a fork is proof and a gap is not. The region itself holds all of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tongban.exchange.models import Receipt, ReceiptHead


@dataclass(frozen=True, slots=True)
class Link:
    """A receipt as a part of its issuer's chain; `prev` is "" for the first."""

    hash: str
    prev: str


@dataclass(frozen=True, slots=True)
class Fault:
    """`fork`: two receipts follow `after`. `gap`: `after` is not among them."""

    kind: Literal["fork", "gap"]
    after: str
    hashes: tuple[str, ...]


def verify_chain(links: Iterable[Link], *, complete: bool, head: str | None = None) -> list[Fault]:
    """The faults of one issuer's chain. `complete`: all its receipts should be there, up to `head`, its last one."""
    following: dict[str, list[str]] = {}
    known = {""}
    for link in links:
        following.setdefault(link.prev, []).append(link.hash)
        known.add(link.hash)
    faults = [Fault("fork", prev, tuple(hashes)) for prev, hashes in following.items() if len(set(hashes)) > 1]
    if complete:
        faults += [Fault("gap", prev, tuple(hashes)) for prev, hashes in following.items() if prev not in known]
        if head is not None and (head not in known or head in following):
            faults.append(Fault("gap", head, tuple(following.get(head, ()))))
    return faults


def check_own(region: str) -> list[Fault]:
    """The chain that `region` itself has signed. In a scope that holds it."""
    head = ReceiptHead.objects.filter(region=region).values_list("head", flat=True).first() or ""
    return verify_chain(_links(region, region), complete=True, head=head)


def check_peer(region: str, issuer: str) -> list[Fault]:
    """What `region` holds of another one's."""
    return verify_chain(_links(region, issuer), complete=False)


def _links(region: str, issuer: str) -> Iterator[Link]:
    rows = Receipt.objects.filter(region=region, issuer=issuer).values_list("hash", "prev")
    return (Link(hash, prev) for hash, prev in rows.iterator())
