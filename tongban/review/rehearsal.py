"""Rehearsal (规则预演): a draft of a definition is tried on past cases before it is published.

Started, run by a job, signed for by somebody else with the very list of what comes out otherwise, then published from a day on. The law of
a past case does not change: it keeps the version under which it was handed in.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from tongban.cases import assessed
from tongban.cases.assessed import Assessed
from tongban.catalogue import queries as catalogue
from tongban.catalogue import services as publications
from tongban.catalogue.definition import Definition
from tongban.catalogue.queries import Publication
from tongban.catalogue.reading import read_definition
from tongban.kernel import strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.kernel.workdays import SHANGHAI, legal_day
from tongban.review import models
from tongban.review.facts import SOURCES_AGREE
from tongban.review.replay import Difference, Draft, read_facts

STARTING = frozenset({"catalogue_editor", "chief", "supervisor", "system"})
SIGNING = frozenset({"chief", "supervisor"})
PUBLISHING = frozenset({"catalogue_editor"})
NOTE = "rehearsal"
MOST_WORDS = 2000


class NotForThisRegion(Refused):
    """A draft is tried on the cases of the region whose definition it is."""

    status = 403
    text = Text("草案不属于区划 {region}。", "The draft does not belong to region {region}.")
    advice = Text("请在该事项所属地区预演。", "Rehearse it at the place whose definition it is.")


class StillRunning(Refused):
    text = Text("预演尚未完成。", "The rehearsal is not finished.")
    advice = Text("请稍后刷新页面。", "Reload the page in a moment.")


class ListChanged(Refused):
    """Who signs, signs for the list that was on the page."""

    text = Text("签署的清单与预演结果不一致。", "The list that was signed is not the result of this rehearsal.")
    advice = Text("请刷新页面，核对清单后再签署。", "Reload the page, look at the list and sign again.")


class SignedAlready(Refused):
    text = Text("该预演已签署。", "This rehearsal is signed already.")
    advice = Text("如需修改规则，请重新预演。", "Rehearse again if the rules change.")


class SignYourOwn(Refused):
    """Two pairs of eyes: who proposes a rule does not answer for what it does."""

    status = 403
    text = Text(
        "起草规则或发起预演的人不能签署。", "Whoever wrote the rules or started the rehearsal does not sign it."
    )
    advice = Text("请由其他首席代表或督查员签署。", "Let another chief or supervisor sign.")


class ReasonForSigning(Refused):
    status = 422
    text = Text("有结果翻转，签署时必须写明理由。", "Cases come out otherwise; say why that is right.")
    advice = Text("请写 1 至 {most} 个字。", "Write between 1 and {most} characters.")


class NotSigned(Refused):
    text = Text("预演尚未签署，不能发布。", "The rehearsal is not signed; nothing is published.")
    advice = Text("请先由首席代表或督查员签署翻转清单。", "Let a chief or supervisor sign the list first.")


class PublishedAlready(Refused):
    text = Text("该草案已发布。", "This draft is published already.")
    advice = Text("如需再改，请另拟草案。", "Draw up another draft to change it again.")


class Outdated(Refused):
    """Another version was published after this rehearsal began; to publish it would undo that without anybody having looked."""

    text = Text(
        "预演开始后，该事项已发布新版本，不能发布这份草案。",
        "A newer version has been published since this rehearsal began; this draft was not published.",
    )
    advice = Text("请按新版本重新起草并预演。", "Draw the draft up again from the newer version and rehearse it.")


class TooEarly(Refused):
    """Rules are known before they apply; a case keeps the version of the day on which it was handed in."""

    status = 422
    text = Text("生效日期必须晚于今天。", "The rules must apply later than today.")
    advice = Text("请选择明天或以后的日期。", "Choose tomorrow or a later day.")


@dataclass
class Replay:
    """What is counted while past cases go by."""

    draft: Draft
    flips: list[tuple[Assessed, Difference]] = field(default_factory=list)
    cases: int = 0
    moved: int = 0
    unread: int = 0

    def take(self, case: Assessed, before: Definition) -> None:
        """`moved`: a point changed and the outcome did not. `unread`: the values were erased, so that nothing can be said."""
        if case.values is None:
            self.unread += 1
            return
        self.cases += 1
        facts = [*case.stated, *case.evidence, *read_facts(case.values)]
        found = self.draft.compare(case.situation, facts, outcome=case.outcome, points=case.points, before=before)
        if found.flips:
            # Only what is listed: the values of a hundred thousand people are not held.
            self.flips.append((replace(case, values=None, stated=(), evidence=()), found))
        else:
            self.moved += bool(found.changes)

    @property
    def tally(self) -> dict[str, int]:
        """Point → how many flipped cases it changed in, most first; `SOURCES_AGREE` where sources differ about what the draft reads."""
        return dict(Counter(name for _, found in self.flips for name in _reasons(found)).most_common())


def _reasons(found: Difference) -> list[str]:
    return [change.point for change in found.changes] + ([SOURCES_AGREE] if found.disputed else [])


def start_rehearsal(
    *,
    node: Node,
    region: str,
    document: Mapping[str, Any],
    since: date | None = None,
    writers: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> UUID:
    """Check a draft and note that it is to be tried on the cases assessed since a day, or on all; `run_rehearsal` does it.

    `writers`: refs of the staff who wrote it, where they are known.

    Refuses `Forbidden`, `NotForThisRegion`, `BadDefinition`.
    """
    _require(by, region, STARTING)
    if not node.hosts(region) or document.get("region") != region:
        raise NotForThisRegion(region=region)
    draft = read_definition(dict(document), suite=node.suite)
    row = models.Rehearsal.objects.create(
        id=new_id(), region=region, key=draft.key, item=draft.item, draft=draft.hash, document=dict(document), since=since,
        writers=sorted(writers), started_by=by.ref, started_at=at,
    )  # fmt: skip
    return row.id


def run_rehearsal(*, node: Node, region: str, rehearsal_id: UUID, at: datetime) -> None:
    """Try the draft on every past case and keep what comes out otherwise. Harmless when already done; reads in small portions."""
    with scope([region]):
        row = _row(region, rehearsal_id)
    if row.finished_at:
        return
    replay = Replay(Draft(read_definition(row.document, suite=node.suite)))
    for case in _past_cases(node, row, replay.draft):
        replay.take(case, catalogue.get_definition(case.definition))
    with scope([region]):
        row = _row(region, rehearsal_id, lock=True)
        if not row.finished_at:
            _keep(node, row, replay, at=at)


def sign_off_rehearsal(
    *, node: Node, region: str, rehearsal_id: UUID, digest: str, note: str, by: Actor, at: datetime
) -> None:
    """A chief or supervisor who neither wrote nor started it answers for the list with this digest. `note`: why the flips are right, sealed.

    Refuses `Forbidden`, `StillRunning`, `SignedAlready`, `ListChanged`, `SignYourOwn`, `ReasonForSigning`.
    """
    _require(by, region, SIGNING)
    row = _row(region, rehearsal_id, lock=True)
    if not row.finished_at:
        raise StillRunning
    if row.signed_at:
        raise SignedAlready
    if digest != row.digest:
        raise ListChanged
    if by.ref in (row.started_by, *row.writers):
        raise SignYourOwn
    words = note.strip()
    if (row.flipped and not words) or len(words) > MOST_WORDS:
        raise ReasonForSigning(most=MOST_WORDS)
    row.note = node.seal_locally(words, purpose=NOTE, region=region)
    row.signed_by, row.signed_at = by.ref, at
    row.save(update_fields=["note", "signed_by", "signed_at"])


def publish_rehearsed(*, node: Node, region: str, rehearsal_id: UUID, valid_from: date, by: Actor, at: datetime) -> str:
    """Publish the draft as it was tried, to apply from a later day on, under the next free version; returns the hash of the publication.

    Refuses `Forbidden`, `NotSigned`, `PublishedAlready`, `Outdated`, `TooEarly`, and what `publish` of the catalogue refuses.
    """
    _require(by, region, PUBLISHING)
    row = _row(region, rehearsal_id, lock=True)
    if not row.signed_at:
        raise NotSigned
    if row.published:
        raise PublishedAlready
    if any(one.published_at > row.started_at for one in _published(row)):
        raise Outdated
    if valid_from <= legal_day(at):
        raise TooEarly
    changed = {**row.document, "valid_from": valid_from.isoformat(), "version": _next_version(row)}
    document = catalogue.keep_standing(changed)
    published = publications.publish(node=node, region=region, document=document, by=by, at=at)
    row.valid_from, row.published = valid_from, published.hash
    row.published_by, row.published_at = by.ref, at
    row.save(update_fields=["valid_from", "published", "published_by", "published_at"])
    return published.hash


def _next_version(row: models.Rehearsal) -> int:
    return max([int(row.document["version"]), *(known.version + 1 for known in _published(row))])


def _published(row: models.Rehearsal) -> list[Publication]:
    return [one for one in catalogue.list_publications(row.region) if one.key == row.key]


def _past_cases(node: Node, row: models.Rehearsal, draft: Draft) -> Iterator[Assessed]:
    """A transaction for each portion: a long rehearsal holds nothing."""

    def opens(definition: str, situation: str) -> bool:
        return draft.reads_more(situation, than=catalogue.get_definition(definition))

    after: UUID | None = assessed.FIRST
    while after is not None:
        with scope([row.region]):
            found, after = assessed.list_assessed(
                node=node, region=row.region, item=row.item, since=_begin_of(row.since), after=after, opens=opens
            )
        yield from found


def _begin_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None


def _keep(node: Node, row: models.Rehearsal, replay: Replay, *, at: datetime) -> None:
    flips = [_flip(row, case, found) for case, found in replay.flips]
    models.Flip.objects.bulk_create(flips, batch_size=500)
    row.cases, row.moved, row.unread, row.flipped = replay.cases, replay.moved, replay.unread, len(flips)
    row.tally, row.digest, row.finished_at = replay.tally, _digest(node, row.draft, flips), at
    row.save()


def _flip(row: models.Rehearsal, case: Assessed, found: Difference) -> models.Flip:
    return models.Flip(
        rehearsal=row, region=row.region, case_id=case.case_id, number=case.number, situation=case.situation,
        before=found.before, after=found.after, points={each.point: [each.before, each.after] for each in found.changes},
        unrecorded=list(found.unrecorded), disputed=list(found.disputed), decision=case.decision,
        decided_by=case.decided_by,
    )  # fmt: skip


def _digest(node: Node, draft: str, flips: list[models.Flip]) -> str:
    """Of the draft and the whole list: whoever signs, signs for exactly this."""
    listed = [[str(flip.case_id), flip.before, flip.after, flip.points] for flip in flips]
    return node.suite.hash(strictjson.canonical([draft, listed]))


def _row(region: str, rehearsal_id: UUID, *, lock: bool = False) -> models.Rehearsal:
    rows = models.Rehearsal.objects.select_for_update() if lock else models.Rehearsal.objects
    row = rows.filter(region=region, id=rehearsal_id).first()
    if row is None:
        raise Missing
    return row


def _require(by: Actor, region: str, roles: frozenset[str]) -> None:
    if by.region != region or not by.roles & roles:
        raise Forbidden
