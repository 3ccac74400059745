"""Everybody who may knock at a door, and one of everything that they might ask for, in one database."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from tests.cast import ITEM, JIYANG, LINYI, LUO
from tests.web.api.conftest import EDITOR, OFFICE, Systems, application
from tests.web.citizens import PERMIT, Phone, open_portal
from tests.web.desks import Desks
from tests.web.helpers import ZHOU, act_for, mandated
from tests.web.letters import read_letter
from tests.web.test_companies import vouched
from tests.web.test_licence_forms import form_version
from tests.web.test_papers import issue
from tests.web.test_staff_compare import KEY as COMPARED
from tests.web.test_staff_compare import publish_both
from tests.web.test_staff_items import taken_in
from tests.web.test_staff_licences import blocked, licensed
from tests.web.test_staff_seal_orders import order_of
from tests.web.test_staff_seals import seal_of
from tests.web.test_staff_supervision import looked_after
from tests.web.test_wallet import filed, licence_of, share
from tongban.alliance import queries as alliance
from tongban.alliance.tests.rounds import Table
from tongban.audit import models as audit
from tongban.cases import services as cases
from tongban.catalogue.importing.reports import check_file
from tongban.catalogue.layers import load_document
from tongban.catalogue.models import LiaisonTask
from tongban.catalogue.queries import find_in_force
from tongban.documents.tests.files import picture
from tongban.enquiries import services as enquiries
from tongban.feedback import models as feedback
from tongban.feedback import services as rating
from tongban.guidance import services as guidance
from tongban.kernel import registries
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.papers.models import IssuedPaper
from tongban.people import models as people
from tongban.people.adapters.business_registers import DEMO_USCC
from tongban.people.preferences import save_filter
from tongban.people.queries import actor_of, find_staff
from tongban.people.services import ROLES
from tongban.regions.points import list_points
from tongban.review import drafting, rehearsal
from tongban.review.models import Sample
from tongban.web import admission, desk_session

HANDLER = ClientHandler(enforce_csrf_checks=False)
ACTS = ("hand_in", "correct", "withdraw", "collect", "pledge")
TOTP = "JBSWY3DPEHPK3PXP"
ADDRESS = "济北街道演示路1号"
CANARIES = (LUO.name, LUO.id_number, LUO.phone, ADDRESS)
"""Of Mr Luo. Whoever may not see his case must not get one byte of them."""


@dataclass
class Knocker:
    """Who knocks: a browser or a client with a token, at the node of a place."""

    node: Node
    client: Client
    token: str = ""

    def knock(self, method: str, path: str, typed: dict[str, Any]) -> Any:
        """One request, of which nothing stays."""
        registries.set_node(self.node)
        client = Client(raise_request_exception=False)
        # Loaded once: a new one looks through all static files.
        client.handler = HANDLER
        client.cookies.update(self.client.cookies)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"key-{new_id()}"} if self.token else {}
        json = {"content_type": "application/json"} if path.startswith("/api/") and method == "POST" else {}
        with transaction.atomic():
            answer = (
                client.generic(method, path, headers=headers)
                if method not in ("GET", "POST")
                else getattr(client, method.lower())(path, typed, headers=headers, **json)
            )
            transaction.set_rollback(True)
        return answer


@dataclass
class World:
    node: Node
    linyi: Node
    huimin: Node
    who: dict[str, Knocker] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)

    def found(self) -> "World":
        open_portal(self.node, self.linyi, self.huimin)
        self.desks = Desks(self.node, self.linyi, self.huimin)
        self.who["anonymous"] = Knocker(self.node, Client())
        self._citizens()
        self._staff()
        self._cases()
        self._clients()
        admission.share.cache_clear()
        return self

    # People

    def _citizens(self) -> None:
        portal = Phone(self.node)
        luo, agent, mandate = mandated(portal, LUO, ZHOU, *ACTS)
        sun = vouched(portal)
        sun.post("/companies", uscc=DEMO_USCC, name="")
        with scope(self.node.regions):
            company = people.Organisation.objects.get().id
        self.luo, self.agent = luo, agent
        self.who |= {"owner": Knocker(self.node, luo.client), "agent": Knocker(self.node, agent.client)}
        self.who["stranger"] = Knocker(self.node, sun.client)
        self.objects |= {
            "": {},
            "item": {"key": ITEM},
            "guide": {"key": ITEM, "place": LINYI, "mode": "online"},
            "sitemap": {"number": 1},
            "status list": {"list_id": f"{LINYI}-1"},
            "point": {"key": ITEM, "point": "residence"},
            "part": {"key": ITEM, "part": "materials"},
            "thing": {"key": ITEM, "part": "materials", "id": "residence-permit"},
            "sheet": {"key": ITEM, "sheet": "guide"},
            "mandate": {"mandate_id": mandate},
        }
        self.objects["company"] = {"organisation_id": company}

    def _staff(self) -> None:
        for place, node in {"jiyang": self.node, "linyi": self.linyi}.items():
            for role in ROLES:
                self.who[f"{role}@{place}"] = Knocker(node, sit_down(node, role))
        everything = sit_down(self.huimin, *ROLES)
        self.who["elsewhere"] = Knocker(self.huimin, everything)

    # Things

    def _cases(self) -> None:
        registries.set_node(self.node)
        luo = self.luo
        luo.answer(PERMIT)
        draft = str(luo.get(f"/apply/{ITEM}/begin").request["PATH_INFO"]).removesuffix("/form")
        luo.fill(draft, **{"consent.residence_register": "yes", "filing.address": ADDRESS})
        case_id = UUID(str(luo.submit(draft).request["PATH_INFO"]).split("/")[2])
        issue(self.node, case_id)
        self._wallet()
        luo.answer(PERMIT)
        draft = str(luo.get(f"/apply/{ITEM}/begin").request["PATH_INFO"]).removesuffix("/form")
        luo.fill(draft, **{"filing.address": ADDRESS})
        act_for(self.agent, self.objects["mandate"]["mandate_id"])
        self.objects["case"] = {"case_id": case_id}
        self.objects["paper"] = {"case_id": case_id, "paper": self._paper_of(case_id)}
        self.objects["rating"] = {"case_id": case_id, "about": "window"}
        self.objects["draft"] = {"case_id": draft.rpartition("/")[2]}
        self._counter_cases()
        self._of_the_office(case_id)

    def _wallet(self) -> None:
        """A licence of Mr Luo's that he shows to somebody."""
        address = licence_of(self.desks, self.luo, filed(self.luo))
        _, _, case_id, licence = address.split("/")
        self.objects["my licence"] = {"case_id": UUID(case_id), "licence": licence}
        share(self.luo, address)
        (shown,) = self.luo.get(address).context["shares"]
        self.objects["my share"] = {**self.objects["my licence"], "share_id": shown.id}

    def _paper_of(self, case_id: UUID) -> str:
        page = self.luo.get(f"/cases/{case_id}/papers")
        return str(next(paper.key for paper in page.context["papers"] if paper.kind == "receipt"))

    def _counter_cases(self) -> None:
        self.objects["counter draft"], _ = self._draft_at_the_counter()
        given, draft = self._draft_at_the_counter()
        with scope([JIYANG]):
            draft = cases.attach_material(
                **self.whose(), case_id=draft.case_id, material="residence-permit", data=picture("PNG"), filename="证.png",
                original_seen=True,
            )  # fmt: skip
            cases.submit_case(
                **self.whose(), case_id=draft.case_id, version=draft.version, identity_check="manual", cmd=new_id()
            )
        ref = draft.materials[0].ref
        assert ref
        self.objects["received"] = given
        self.objects["file"] = {**given, "cipher": ref.cipher}
        issue(self.node, draft.case_id)
        with scope([JIYANG]):
            self.objects["counter paper"] = {**given, "paper": _paper(draft.case_id)}
        with scope([JIYANG]):
            asked = enquiries.ask(**self.whose(), key=ITEM, deciding=LINYI, question="能先备案吗？", cmd=new_id())
        self.objects["enquiry"] = {"enquiry_id": asked}
        with scope([JIYANG]):
            talk = guidance.begin_conversation(node=self.node, region=JIYANG, text="几点开门？", about="", at=now())
        self.objects |= {"conversation": {"conversation": talk}, "topic": {"topic": "child"}}
        self.objects["point of call"] = {"point_id": list_points([JIYANG])[0].id}
        self.objects["rehearsal"] = {"rehearsal_id": self._rehearsal()}
        self.objects["taken"] = {"item_id": taken_in()}
        self._compared()
        self._agreed()
        self.objects["sample"] = {"sample_id": self._sample(draft.case_id)}
        self.objects["taken over"] = {"case_id": self.desks.taken_over()}
        self.objects["inspected"] = {"case_id": looked_after(self.desks, self.desks.taken_over())}
        licence = self.desks.taken_over()
        self.objects["licence"] = {"case_id": licence, "seq": licensed(self.desks, licence)}
        self.objects["blocked"] = {"reservation": blocked(self.desks, self.desks.taken_over())}
        self.objects["seal"] = {"seal_id": seal_of(self.desks)}
        order, maker = order_of()
        self.objects |= {"seal order": {"order_id": order}, "seal maker": {"maker": maker}}
        self.objects["form"] = {"type": "hygiene-licence"}
        self.objects["form version"] = {"type": "hygiene-licence", "version": form_version()}
        case_id, cipher = read_letter(self.desks)
        self.objects["read"] = {"case_id": case_id, "cipher": cipher}
        registries.set_node(self.node)

    def _agreed(self) -> None:
        """Of 济阳 and 临邑 alone: an agreement, its next version being signed, and a draft."""
        table = Table({JIYANG: self.node, LINYI: self.linyi}, now())
        pair: dict[str, Any] = {"members": [JIYANG, LINYI]}
        document = table.propose(**pair)
        table.sign(document, LINYI)
        id = next(one.id for one in alliance.list_versions() if one.hash == document)
        following = table.propose(agreement=id, valid_from=table.document()["valid_from"])
        self.objects |= {
            "pact": {"agreement": id, "id": id}, "pact round": {"document": following}, "pact draft": {"draft_id": table.draft(**pair)},
        }  # fmt: skip

    def _compared(self) -> None:
        """An item that two places publish, something to settle at 济阳, and a file that was checked."""
        publish_both(self.desks)
        task = LiaisonTask.objects.create(
            place=JIYANG, key=COMPARED, path="fee", grade="stricter", what={"zh": "多收", "en": "more"}, since=now()
        )
        editor = Actor("staff", "s-editor", JIYANG, frozenset({"catalogue_editor"}))
        self.objects["report"] = {"report_id": check_file(raw=b"{}", name="x.json", by=editor, at=now()).report}
        self.objects |= {"compared": {"key": COMPARED}, "task": {"task_id": task.id}, "agreement": {"agreement": "jlh"}}

    def _rehearsal(self) -> UUID:
        editor = Actor("staff", "s-editor", JIYANG, frozenset({"catalogue_editor"}))
        document = {**load_document(ITEM, JIYANG), "valid_from": "2020-01-01"}
        with scope([JIYANG]):
            return rehearsal.start_rehearsal(node=self.node, region=JIYANG, document=document, by=editor, at=now())

    def _sample(self, case_id: UUID) -> UUID:
        with scope([JIYANG]):
            sample = Sample.objects.create(
                id=new_id(), region=JIYANG, key=ITEM, case_id=case_id, number="370115-20261120-000001", definition="0" * 64, drawn_at=now()
            )  # fmt: skip
        return sample.id

    def whose(self) -> dict[str, Any]:
        return {"node": self.node, "region": JIYANG, "by": self.actor("reception@jiyang"), "at": now()}

    def actor(self, who: str) -> Actor:
        return actor_of(self.who[who].client.staff)  # type: ignore[attr-defined]

    def _draft_at_the_counter(self) -> tuple[dict[str, Any], Any]:
        definition = find_in_force(ITEM, LINYI, legal_day(now()))
        assert definition
        elements = {"treat.region": JIYANG, "filing.address": ADDRESS, "consent.residence_register": True}
        applicant = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number, "phone": LUO.phone}
        with scope([JIYANG]):
            draft = cases.start_draft(
                **self.whose(), definition=definition, deciding=LINYI, situation="long_term_permit", mode="collect",
                channel="counter", applicant=applicant,
                elements={**elements, "filing.start_on": legal_day(now()).isoformat()},
            )  # fmt: skip
        return {"case_id": draft.case_id}, draft

    def _of_the_office(self, case_id: UUID) -> None:
        with scope([JIYANG]):
            whose = {"region": JIYANG, "case_id": case_id, "about": "window"}
            follow = feedback.FollowUp.objects.create(
                id=new_id(), **whose, grade=1, step="open", opened_at=now(), due_on=legal_day(now())
            )
            rating.complain(
                node=self.node, region=JIYANG, kind="complaint", text="等了太久", concerns=JIYANG, case_id=None,
                by=Actor("citizen", "c-1", JIYANG, frozenset({"citizen"})), at=now(),
            )  # fmt: skip
            complaint = feedback.Complaint.objects.get()
            alarm = audit.ReadingAlarm.objects.create(
                id=new_id(), region=JIYANG, reader="s-somebody", raised_at=now(), cases=50
            )
            save_filter(node=self.node, name="我的", value={}, by=self.actor("reception@jiyang"), at=now())
            self.objects["filter"] = {"filter_id": people.StaffPreference.objects.get().id}
        self.objects |= {"follow-up": {"follow_up": follow.id}, "complaint": {"complaint": complaint.id}}
        self.objects["alarm"] = {"alarm_id": alarm.id}

    def _clients(self) -> None:
        systems = Systems(self.desks)
        partner = systems.partner()
        case = partner.post("cases", application()).json()["id"]
        hook = {"region": JIYANG, "url": "https://localhost:9/hook", "events": ["cases.withdrawn"]}
        made = partner.post("webhooks", hook)
        assert made.status_code == 201, made.content
        partner_token = Knocker(self.node, Client(), partner.token)
        self.who["client"] = partner_token
        other = systems.partner("别的平台")
        self.who["other client"] = Knocker(self.node, Client(), other.token)
        for name, scopes in {"narrow": ("items:read",), "narrower": ("notices:read",)}.items():
            token = systems.issue(self.node, JIYANG, name, scopes)
            self.who[name] = Knocker(self.node, Client(), token)
        office = systems.issue(
            self.linyi,
            LINYI,
            "业务系统",
            OFFICE,
            staff=self.actor("examiner@linyi").ref,
            roles=("examiner", "acceptance"),
        )
        self.who["office client"] = Knocker(self.linyi, Client(), office)
        writer = self.actor("catalogue_editor@linyi")
        editor = systems.issue(self.linyi, LINYI, "目录系统", EDITOR, staff=writer.ref, roles=("catalogue_editor",))
        self.who["editor client"] = Knocker(self.linyi, Client(), editor)
        with scope([LINYI]):
            drafting.begin_draft(node=self.linyi, region=LINYI, key=ITEM, by=writer, at=now())
        self.objects["api draft"] = {"key": ITEM}
        self.who["wrong token"] = Knocker(self.node, Client(), "tb_0000")
        self.objects["own case"] = {"case_id": UUID(case)}
        self.objects["webhook"] = {"webhook_id": UUID(made.json()["id"])}
        self.objects["desk"] = {"desk": "acceptance"}
        self.objects["delivery"] = {**self.objects["webhook"], "delivery_id": new_id()}


def sit_down(node: Node, *roles: str) -> Client:
    """A browser at a desk, as after both factors."""
    region = node.regions[0]
    request: Any = RequestFactory().get("/")
    request.session = SessionStore()
    with scope([region]):
        staff = find_staff(node=node, ref=_account(node, region, roles))
        assert staff
        desk_session.open_desk(request, staff, place=region, at=now())
    request.session.save()
    client = Client()
    client.cookies["session"] = request.session.session_key
    client.staff = staff  # type: ignore[attr-defined]
    return client


def _account(node: Node, region: str, roles: tuple[str, ...]) -> str:
    """Without a password, whose hash would take longer than all the rest."""
    id = new_id()
    sealed = {
        "display_name": node.seal_locally("赵敏", purpose="staff-name", region=region),
        "totp_secret": node.seal_locally(TOTP, purpose="staff-totp", region=region),
    }
    people.Staff.objects.create(
        id=id, ref=f"s-{id.hex[-16:]}", region=region, office="hall", roles=sorted(roles), username_hash=id.hex, password="!",
        registered_at=now(), registered_by="system", **sealed,
    )  # fmt: skip
    return f"s-{id.hex[-16:]}"


def _paper(case_id: UUID) -> str:
    digest: str = IssuedPaper.objects.get(case_id=case_id, kind="receipt").digest
    return digest
