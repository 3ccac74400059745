"""What is left when all is over, read from the tables as the superuser, and what the checkers make of it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import checkers
from tests.faults.checkers import Call, Receipt, Verdict
from tests.faults.history import Operation, values
from tests.faults.siege import JIYANG, LINYI, REGIONS, Siege, look
from tests.processes import Site

HAND_IN = "hand-in"
CASES = "SELECT case_id::text, number, state, coalesce(folded->'effect'->>'acknowledgement', '') FROM cases_case"
EVENTS = (
    "SELECT case_id::text, seq, hash, encode(sha256(envelope), 'hex'), kind FROM exchange_event"
    " WHERE region = %s ORDER BY case_id, seq"
)
RECEIPTS = (
    "SELECT case_id::text, issuer, seq, event, stage FROM exchange_receipt WHERE region = %s AND issuer <> region"
)
OWN_RECEIPTS = "SELECT hash FROM exchange_receipt WHERE region = %s AND issuer = region"
FOREIGN_RECEIPTS = "SELECT hash FROM exchange_receipt WHERE region = %s AND issuer <> region"
PROPOSALS = "SELECT case_id::text, hash FROM exchange_proposal WHERE region = %s"
PARKED = "SELECT case_id::text FROM exchange_casehead WHERE parked <> ''"
FORKS = "SELECT case_id::text FROM exchange_forkevidence"
UNDELIVERED = "SELECT case_id::text FROM exchange_outbox WHERE delivered_at IS NULL"
FAILED_JOBS = (
    "SELECT task_name || ' ' || args::text FROM procrastinate_jobs WHERE status = 'failed' AND args ? 'case_id'"
)


@dataclass
class Evidence:
    """By place, unless said otherwise."""

    states: dict[str, dict[str, str]] = field(default_factory=dict)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    chains: defaultdict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    kinds: defaultdict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    events: dict[tuple[str, str, int], str] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    issued: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    """Hashes of the receipts that their issuers, and that others, keep."""
    proposals: set[tuple[str, str, str]] = field(default_factory=set)
    parked: list[str] = field(default_factory=list)
    forks: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)
    failed_jobs: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


def gather(siege: Siege) -> Evidence:
    found = Evidence(calls=read_calls(siege.journal))
    for name, site in siege.sites.items():
        _gather_cases(found, name, site)
        _gather_chains(found, name, site)
        region = REGIONS[name]
        found.receipts += [
            Receipt(region, issuer, case, seq, event, stage)
            for case, issuer, seq, event, stage in look(site, RECEIPTS, region)
        ]
        found.issued |= {hash for (hash,) in look(site, OWN_RECEIPTS, region)}
        found.held |= {hash for (hash,) in look(site, FOREIGN_RECEIPTS, region)}
        found.proposals |= {(region, case, hash) for case, hash in look(site, PROPOSALS, region)}
        for kept, statement in (
            ("parked", PARKED),
            ("forks", FORKS),
            ("undelivered", UNDELIVERED),
            ("failed_jobs", FAILED_JOBS),
        ):
            getattr(found, kept).extend(f"{name} {row[0]}" for row in look(site, statement))
    return found


def _gather_cases(found: Evidence, name: str, site: Site) -> None:
    rows = look(site, CASES)
    found.states[name] = {case: state for case, _, state, _ in rows}
    found.numbers += [(number, case) for case, number, _, _ in rows]
    found.references += [(reference, case) for case, _, _, reference in rows if reference]


def _gather_chains(found: Evidence, name: str, site: Site) -> None:
    for case, seq, hash, digest, kind in look(site, EVENTS, REGIONS[name]):
        found.chains[case].setdefault(name, []).append(f"{seq} {digest}")
        found.kinds[name].setdefault(case, []).append(kind.partition(".")[2].partition(";")[0])
        found.events[REGIONS[name], case, seq] = hash


def read_calls(journal: Path) -> list[Call]:
    lines = journal.read_text().splitlines() if journal.exists() else []
    return [Call(**json.loads(line)) for line in lines]


def judge(found: Evidence, operations: Iterable[Operation]) -> Verdict:
    """Every checker, on everything. The run has healed and drained before."""
    operations = list(operations)
    told = values(operations, HAND_IN, "ok")
    submitted = [case for case, kinds in found.kinds[LINYI].items() for kind in kinds if kind == "submitted"]
    queue = checkers.total_queue(attempted=values(operations, HAND_IN), acknowledged=told, found=submitted)
    twice = {case for name in (JIYANG, LINYI) for case in checkers.decided_twice(found.kinds[name])}
    faults = {
        "lost": queue.lost,
        "duplicated": queue.duplicated,
        "unexpected": queue.unexpected,
        "forked": sorted({*checkers.chain_prefix(found.chains), *found.forks}),
        "copies unequal": checkers.unequal(found.chains, (JIYANG, LINYI)),
        "decided twice": sorted(twice),
        "effected twice": checkers.effected_twice(found.calls),
        "numbers twice": checkers.unique_ids([*found.numbers, *found.references]),
        "receipts dishonest": [str(r) for r in checkers.receipt_honesty(found.receipts, events=found.events, proposals=found.proposals)],
        "receipts not on record": sorted(found.held - found.issued),
        "still open after drain": checkers.open_after_drain({*told, *submitted}, {n: found.states[n] for n in (JIYANG, LINYI)}),
        "parked": found.parked,
        "undelivered": found.undelivered,
        "failed jobs": found.failed_jobs,
    }  # fmt: skip
    never_acknowledged = set(values(operations, HAND_IN)) - told
    return Verdict(faults, {
        "recovered": len(queue.recovered), "never acknowledged": len(never_acknowledged),
        "platform calls": len(found.calls), "filings": sum(call.filed for call in found.calls),
    })  # fmt: skip
