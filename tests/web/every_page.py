"""A world with something on every page: the stories of the other tests, and then every address that the portals have."""

import inspect
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI, LUO, invented
from tests.web.citizens import PERMIT, PLEDGE, Phone, hidden_fields
from tests.web.desks import PASSWORD, Desks
from tests.web.helpers import ZHOU, act_for, give, mandated
from tests.web.letters import read_letter
from tests.web.recorder import ALBUM
from tests.web.test_citizen_correct import ask_for_correction
from tests.web.test_companies import company_of, vouched
from tests.web.test_licence_forms import drafted
from tests.web.test_papers import issue
from tests.web.test_staff_agreements import Offices
from tests.web.test_staff_case import seen, text
from tests.web.test_staff_compare import KEY as COMPARED
from tests.web.test_staff_compare import publish_both, reasons
from tests.web.test_staff_enquiries import address_of, asked, post
from tests.web.test_staff_imports import upload
from tests.web.test_staff_item_editor import change, published
from tests.web.test_staff_items import adjust, taken_in
from tests.web.test_staff_licences import blocked, licensed
from tests.web.test_staff_node import ask, case_page
from tests.web.test_staff_reception import MR_LUO, PLACES, answer, begin, fill, hand_in
from tests.web.test_staff_rehearsals import drawn, rehearsed
from tests.web.test_staff_rules import change_a_rule
from tests.web.test_staff_seal_orders import carried, order_of
from tests.web.test_staff_seals import asked as asked_seal
from tests.web.test_staff_seals import kept_blanks
from tests.web.test_staff_supervision import ARTICLE, granted, inspector, looked_after
from tests.web.test_staff_supervision import act as inspecting
from tests.web.test_wallet import code_of, filed, licence_of, share
from tests.web.troubles import Troubles
from tongban.cases import services as cases
from tongban.catalogue.tests.guides import guide
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.licences.publishing import publish_list
from tongban.licences.qr import write_code
from tongban.licences.tests.held import hold, licence_file
from tongban.people.adapters.business_registers import DEMO_USCC
from tongban.people.services import ROLES
from tongban.regions.points import list_points
from tongban.seals import signing
from tongban.seals.keyroom import KeyRoom

PORTALS = ("citizen", "staff")
LIN = invented("林涛", "99142419880306003", "19900000008")
"""Looks after the matters of others."""
EVERY_ROLE = tuple(sorted(set(ROLES) - {"helper"}))


@dataclass
class World:
    """`ids` are what the parameters of addresses may be filled with."""

    phone: Phone
    desks: Desks
    ids: dict[str, str] = field(default_factory=lambda: {"key": ITEM, "about": "window"})

    def live(self) -> None:
        """Every story once; each page it comes to is kept by the recorder."""
        self.before_signing_in()
        self.verifying_licences()
        self.guides()
        self.searching()
        self.guidance()
        self.applying()
        self.corrected()
        self.pledged()
        self.wallet()
        self.mandates()
        self.reception()
        self.enquiry()
        self.desk()
        self.items()
        self.agreeing()
        self.comparing()
        self.importing()
        self.rehearsing()
        self.supervising()
        self.sealing()
        self.seals_for_free()
        self.licences()
        self.rules()
        self.editing()
        self.reading_papers()
        self.troubles()
        self.every_address()

    def before_signing_in(self) -> None:
        phone = Phone(self.phone.node)
        for path in ("/", "/no/such/page", "/sign-in", "/staff/sign-in", "/verify", "/progress"):
            phone.get(path)
        phone.places(insured="")
        phone.answer({"care": "emergency"})
        phone.answer(PLEDGE)
        phone.post(f"/apply/{ITEM}/questions?q=category")
        phone.post("/sign-in", phone="1")
        phone.post("/progress", code="0")

    def verifying_licences(self) -> None:
        """By code and by file: in force, its status unknown, revoked; somebody else's number; nothing at all."""
        phone, linyi = Phone(self.phone.node), self.desks.linyi
        with scope([LINYI]):
            signed, unknown = hold(linyi, now()), hold(linyi, now(), index=1, status="03")
        phone.get("/verify/licence")
        phone.post("/verify/licence", code=write_code(signed))
        with scope([LINYI]):
            publish_list(node=linyi, list_id=signed.face.status.list, at=now())
        phone.post("/verify/licence", code=write_code(signed), holder=LUO.id_number)
        phone.post("/verify/licence", code=write_code(unknown), holder="1")
        phone.post("/verify/licence", file=licence_file(linyi))
        phone.post("/verify/licence", code=signed.face.number)
        phone.get("/licences/status")
        phone.get(f"/licences/status/{signed.face.status.list}")

    def searching(self) -> None:
        """Found here, listed only, found by sound, nothing, a number; and what the editor of 济阳 makes of it."""
        phone = Phone(self.phone.node)
        for words in (
            "",
            "外地看病",
            f"外地看病&place={LINYI}",
            "低保&for=person",
            "waidikanbing",
            "身份证",
            "13800000000",
        ):
            phone.get(f"/search?q={words}")
        for _ in range(3):
            phone.get("/search?q=种地补贴")
        editor = self.desks.sign_in(self.desks.jiyang, "sousuo", "catalogue_editor")
        editor.get("/staff/searches")
        editor.post("/staff/searches/teach", {"said": "买彩票", "means": "没有的事项"})
        editor.post("/staff/searches/teach", {"said": "看大夫", "means": "异地就医备案"}, follow=True)

    def guidance(self) -> None:
        """Choices, answers of every kind, places near and far, a talk with the hall from both sides, a topic changed."""
        phone = Phone(self.phone.node)
        for path in (
            "/topics",
            "/topics/ill-away",
            "/topics/ill-away?at=0.0",
            "/ask",
            "/points",
            f"/points?home={HUIMIN}",
            "/chat",
        ):
            phone.get(path)
        for words in (
            "异地就医备案要什么材料",
            "异地就医备案那里有停车位没有",
            "低保要什么材料",
            "今天天气怎么样",
            "13800000000",
        ):
            phone.post("/ask", q=words, place=LINYI)
        self.ids |= {"topic": "child", "point_id": str(list_points([JIYANG])[0].id)}
        for path in (f"/points/{self.ids['point_id']}", "/points?near=370115104"):
            phone.get(path)
        phone.post("/chat", text="13800000000")
        phone.post("/chat", text="停车位有没有", about=ITEM)
        clerk = self.desks.clerk("daoban")
        self.ids["conversation"] = str(clerk.get("/staff/guidance").context["talks"][0][0].id)
        address = f"/staff/guidance/{self.ids['conversation']}"
        (
            clerk.post(f"{address}/answer", {"text": ""}),
            clerk.post(f"{address}/answer", {"text": "北门有。"}, follow=True),
        )
        phone.get("/chat")
        editor = self.desks.sign_in(self.desks.jiyang, "qingxing", "catalogue_editor")
        editor.get("/staff/topics"), editor.post("/staff/topics", {"id": "!"})
        editor.get("/staff/topics/child"), editor.post("/staff/topics/child", {"n:top": "1", "save": "yes"})
        phone.post("/chat", end="yes")

    def guides(self) -> None:
        """Every way to apply, a place that has other rules, the view for printing, an empty list; an item that was only taken in, found and read."""
        phone, guide = Phone(self.phone.node), f"/guides/{ITEM}/{LINYI}"
        for path in (guide, f"{guide}/online?here={HUIMIN}", f"{guide}/online?view=print", f"{guide}/collect"):
            phone.get(path)
        for path in (f"/guides/{ITEM}/{HUIMIN}/online", "/guides", "/guides?for=organisation", f"{guide}/by-post"):
            phone.get(path)
        self.ids["item_id"] = str(taken_in())
        taken = f"/guides/taken-{self.ids['item_id']}"
        for path in (taken, f"{taken}?view=print", "/search?q=示例事项办理"):
            phone.get(path)

    def applying(self) -> None:
        phone = self.phone
        draft = phone.begin(PERMIT)
        phone.fill(draft, **{"filing.address": ""})
        phone.say_who(name="")
        for step in ("", "/form", "/materials", "/check"):
            phone.get(f"{draft}{step}")
        phone.post(f"{draft}/materials")
        phone.post(f"{draft}/carry")
        phone.get("/?profile=kiosk"), phone.get("/?profile=none")

    def corrected(self) -> None:
        """A case of Mr Luo's own that 临邑 wants corrected, and one that nobody has looked at."""
        phone = self.phone
        phone.answer(PERMIT)
        draft = str(phone.get(f"/apply/{ITEM}/begin").request["PATH_INFO"]).removesuffix("/form")
        phone.fill(draft, **{"consent.residence_register": "yes"})
        phone.get(f"{draft}/check")
        address = str(phone.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")
        self.ids["case_id"] = address.rpartition("/")[2]
        for end in ("", "/submitted", "/withdraw", "/papers"):
            phone.get(f"{address}{end}")
        issue(phone.node, self.ids["case_id"])
        page = phone.get(f"{address}/papers")
        self.ids["paper"] = next(p.key for p in page.context["papers"] if p.kind == "receipt")
        phone.get(f"{address}/papers/{self.ids['paper']}")
        case_id = UUID(self.ids["case_id"])
        self._pass_on(case_id)
        ask_for_correction(self.desks.linyi, case_id)
        self.desks.deliver()
        registries.set_node(self.desks.jiyang)
        for path in (address, f"{address}/correct", "/cases", "/"):
            phone.get(path)
        phone.post(f"{address}/correct")

    def _pass_on(self, case_id: UUID) -> None:
        with scope([JIYANG]):
            cases.record_evidence_and_hand_over(
                node=self.desks.jiyang, region=JIYANG, case_id=case_id, evidence=[cases.Evidence("residence", "silent")],
                by=system(JIYANG), at=now(),
            )  # fmt: skip
        self.desks.deliver()

    def wallet(self) -> None:
        """A licence shown whole and in part, taken back, taken along; its recipient; nothing for an application."""
        phone = self.phone
        address = licence_of(self.desks, phone, filed(phone))
        for end in ("", "/code", "/share"):
            phone.get(f"{address}{end}")
        share(phone, address, purpose="")
        whole, part = share(phone, address), share(phone, address, what="lines", line=["place"])
        for page in (part, whole):
            drawn = Client().post("/shared", {"code": code_of(page)}).context["share"].code
        Client().post("/verify/licence", {"code": drawn})
        Client().get("/shared"), Client().post("/shared", {"code": "1"})
        phone.post(f"{address}/take", form="pdf", reason="")
        phone.post(f"{address}/take", form="file", reason="存档")
        shown = next(one for one in phone.get(address).context["shares"] if not one.lines)
        phone.post(f"{address}/shares/{shown.id}/end")
        phone.get("/wallet"), Client().post("/verify/licence", {"code": drawn})
        self.ids |= {"licence": address.rpartition("/")[2], "share_id": str(shown.id)}
        phone.answer(PERMIT)
        phone.get(f"{phone.get(f'/apply/{ITEM}/begin').request['PATH_INFO'].removesuffix('/form')}/licences")

    def pledged(self) -> None:
        """A case that rests on a pledge: looked at on both sides, offered the ordinary way without a reason, taken back."""
        phone, desks = self.phone, self.desks
        phone.answer(PLEDGE)
        draft = str(phone.get(f"/apply/{ITEM}/begin").request["PATH_INFO"]).removesuffix("/form")
        phone.fill(draft)
        address = str(phone.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")
        desks.hand_over(UUID(address.rpartition("/")[2]))
        examiner = desks.examiner("chengang-pledge")
        examiner.post(f"/staff{address}/ordinary-way", seen(examiner.get(f"/staff{address}")))
        desks.deliver()
        registries.set_node(desks.jiyang)
        for path in ("/pledge-items", address):
            phone.get(path)
        page = phone.get(f"{address}/withdraw-pledge")
        phone.client.post(f"{address}/withdraw-pledge", hidden_fields(page))
        desks.deliver()
        registries.set_node(desks.jiyang)
        for path in (address, f"{address}/correct"):
            phone.get(path)

    def mandates(self) -> None:
        principal, helper, mandate = mandated(self.phone, ZHOU, LIN)
        other = give(self.phone, LIN)
        self.ids["mandate_id"] = str(mandate)
        for path in ("/mandates", "/mandates/new", f"/mandates/{mandate}", "/companies"):
            principal.get(path)
        principal.post("/mandates/new", relation="child", name="", phone="", days="90")
        principal.post("/companies", uscc="1", name="")
        for path in ("/mandates", f"/mandates/{other}", "/helping"):
            helper.get(path)
        act_for(helper, mandate)
        helper.get("/me")
        helper.answer(PERMIT)
        helper.get(f"/apply/{ITEM}/begin")
        boss = vouched(self.phone)
        page = text(boss.post("/companies", uscc=DEMO_USCC, name=""))
        boss.get(f"/companies/{company_of(page)}")

    def reception(self) -> None:
        clerk = self.desks.clerk("zhaolei")
        clerk.get("/staff/reception")
        clerk.post("/staff/reception", {**PLACES, "insured": ""})
        answer(clerk, "outpatient")
        clerk.get("/staff/reception/questions")
        draft = begin(clerk)
        for step in ("who", "form", "materials", "check"):
            clerk.get(f"{draft}/{step}")
        clerk.post(f"{draft}/who", {**MR_LUO, "name": "", "seen": ""})
        clerk.post(f"{draft}/who", {"read": "card"})
        clerk.post("/staff/reception/resume", {"code": "0"})
        fill(clerk, draft)
        clerk.get(f"{draft}/check")
        receipt = hand_in(clerk, draft)
        code = re.search(r'class="code num">([^<]+)<', receipt)
        assert code
        Client().post("/progress", {"code": code[1], "factor": LUO.id_number[-4:]})
        answer(clerk, "inpatient", "long_term", "permit")
        clerk.get("/staff/reception/who")
        second = begin(clerk)
        clerk.post(f"{second}/carry")
        clerk.post("/staff/reception", PLACES)
        clerk.get("/staff/reception/questions")
        clerk.post("/staff/mandates", {"name": LUO.name})
        clerk.get("/staff/mandates/given"), clerk.post("/staff/mandates/given", {"id_number": "1"})

    def enquiry(self) -> None:
        clerk, new = self.desks.clerk("zhangli"), "/staff/enquiries/new"
        post(clerk, new, new, about="", question="")
        number = asked(clerk)
        self.desks.deliver()
        examiner = self.desks.examiner("maling")
        there = address_of(examiner, number)
        self.ids["enquiry_id"] = there.rpartition("/")[2]
        examiner.get(there)
        post(examiner, there, f"{there}/answer", answer="可以先办。")
        self.desks.deliver()
        registries.set_node(self.desks.jiyang)
        clerk.get(there)

    def desk(self) -> None:
        """One case on every desk, in the states that people act on."""
        desks = self.desks
        desks.enrol(desks.jiyang, "newcomer", "reception")
        Client().post("/staff/sign-in", {"username": "newcomer", "password": PASSWORD}, follow=True)
        case_id, other = desks.taken_over(), desks.taken_over()
        address = f"/staff/cases/{case_id}"
        registries.set_node(desks.jiyang)
        liwei = desks.clerk("liwei")
        liwei.get(address), liwei.get(f"{address}/receipt"), liwei.get(f"{address}/papers")
        examiner = desks.examiner("lihua")
        for path in ("/staff/", "/staff/?desk=all", address, "/staff/today"):
            examiner.get(path)
        examiner.post(f"{address}/refuse", seen(examiner.get(address)))
        examiner.post(f"{address}/message", {**seen(examiner.get(address)), "text": "请补拍居住证背面"})
        examiner.post("/staff/find", {"words": LUO.id_number})
        examiner.post("/staff/find", {"words": "1"})
        lines = examiner.post("/staff/bulk", {"act": "accept", "desk": "mine", "case": [str(case_id), str(other)]})
        heads = [part.partition('"')[0] for part in text(lines).split('name="line" value="')[1:]]
        cmd = text(lines).partition('name="cmd" value="')[2].partition('"')[0]
        examiner.post("/staff/bulk/do", {"act": "accept", "cmd": cmd, "line": heads})
        examiner.get(address), examiner.get("/staff/today")
        begun = {"procedure": "site_visit", "basis": "行政许可法第四十五条", "until": "2999-01-01", "note": "上门核实"}
        examiner.post(f"{address}/special/start", {**seen(examiner.get(address)), **begun}, follow=True)
        chief = desks.sign_in(desks.linyi, "sunli", "chief")
        chief.get("/staff/"), chief.get(address), chief.get(f"/staff/cases/{other}")
        examiner = desks.examiner("wugang")
        examiner.post(f"/staff/cases/{other}/approve", seen(examiner.get(f"/staff/cases/{other}")), follow=True)
        supervisor = desks.sign_in(desks.linyi, "wangwu", "supervisor")
        supervisor.get("/staff/"), supervisor.get(address)

    def rehearsing(self) -> None:
        """A draft tried at 临邑, and a decision of the machine that somebody is to look at."""
        desks = self.desks
        editor = desks.sign_in(desks.linyi, "bianji", "catalogue_editor")
        address = rehearsed(desks, editor)
        self.ids["rehearsal_id"] = address.rpartition("/")[2]
        drawn(desks, desks.taken_over())
        registries.set_node(desks.linyi)
        editor.get("/staff/rehearsals"), editor.get(address)
        chief = desks.sign_in(desks.linyi, "qianjin", "chief")
        for path in (address, "/staff/rehearsals", "/staff/automatic"):
            chief.get(path)
        chief.post(f"{address}/sign", {"digest": ""})

    def reading_papers(self) -> None:
        """A letter that the machine read: another name, and a hospital that it is not sure of."""
        case_id, cipher = read_letter(self.desks)
        self.ids["cipher"] = cipher
        examiner = self.desks.examiner("lina")
        registries.set_node(self.desks.linyi)
        address = f"/staff/cases/{case_id}/readings/{cipher}"
        for path in (f"/staff/cases/{case_id}", address):
            examiner.get(path)
        examiner.post(f"{address}/confirm", {"field": "letter_on", "value": "?", "head": "1", "cmd": str(case_id)})
        registries.set_node(self.desks.jiyang)

    def supervising(self) -> None:
        """What 临邑 granted by pledge is looked into, differs, and is revoked; another is late."""
        desks = self.desks
        case_id = looked_after(desks, desks.taken_over())
        looked_after(desks, desks.taken_over(), due_on=legal_day(now()) - timedelta(days=1))
        address, client = f"/staff/supervision/{case_id}", inspector(desks)
        client.get("/staff/supervision"), inspecting(client, address, "claim")
        client.get(address), inspecting(client, address, "report", note="未见消毒间")
        inspecting(client, address, "report", finding="differs", point="residence", note="未见消毒间", article=ARTICLE)
        client.get(address), inspecting(client, address, "order")
        day = legal_day(now()) + timedelta(days=9)
        inspecting(client, address, "order", note="补设消毒间", article=ARTICLE, due_on=day.isoformat())
        chief = desks.sign_in(desks.linyi, "zhengli", "chief", "supervisor")
        inspecting(chief, address, "revoke", reason="逾期未改", article=ARTICLE)
        for path in ("/staff/", "/staff/supervision?tray=overdue", address, f"/staff/cases/{case_id}"):
            chief.get(path)

    def licences(self) -> None:
        """A licence of 临邑, suspended after a try without a reason; another could not be issued, a third waits for its signature."""
        desks, case_id = self.desks, self.desks.taken_over()
        address = f"/staff/cases/{case_id}/licences/{licensed(desks, case_id)}"
        blocked(desks, desks.taken_over()), granted(desks, desks.taken_over())
        chief = desks.sign_in(desks.linyi, "zhengjie", "chief", "examiner")
        inspecting(chief, address, "change", operation="suspend")
        why = {"reason_code": "inspection", "note": "接到举报，正在核实", "article": ARTICLE}
        inspecting(chief, address, "change", operation="suspend", **why)
        for path in ("/staff/licences", address, f"/staff/cases/{case_id}"):
            chief.get(path)
        why = {"reason_code": "closed_down", "note": "已停止经营", "article": ARTICLE}
        inspecting(chief, address, "change", operation="cancel", **why)
        chief.get("/staff/licences"), chief.get(address)
        chief.post(f"{address}/confirm"), chief.post(f"{address}/decline")
        inspecting(chief, address, "change", operation="cancel", **why)
        second = desks.sign_in(desks.linyi, "fuhe", "supervisor")
        second.get(address), second.post(f"{address}/confirm"), second.get(address)

    def sealing(self) -> None:
        """A seal asked for with a mistake and without, confirmed and made; specimens; blanks from the store to a window."""
        desks, room = self.desks, KeyRoom.of(self.desks.jiyang.home)
        registries.set_node(desks.jiyang)
        chief = desks.sign_in(desks.jiyang, "zhangzhang", "chief")
        chief.get("/staff/seals"), chief.get("/staff/seals/new"), asked_seal(chief, owner="局")
        address = asked_seal(chief).url
        self.ids |= {"seal_id": address.rpartition("/")[2], "type": "hygiene-licence"}
        supervisor = desks.sign_in(desks.jiyang, "ducha", "supervisor")
        supervisor.get(address), supervisor.post(f"{address}/confirm")
        signing.step(node=desks.jiyang, room=room, at=now())
        for path in (address, "/staff/seals", "/staff/licence-forms", "/staff/blanks"):
            supervisor.get(path)
        kept_blanks(desks)
        supervisor.get("/staff/blanks")
        form = "/staff/licence-forms/hygiene-licence"
        editor = desks.sign_in(desks.jiyang, "banshishi", "catalogue_editor")
        editor.get(f"{form}/edit"), editor.post(f"{form}/edit", {}), drafted(editor)
        editor.get(f"{form}/edit"), editor.get("/staff/licence-forms"), editor.get(f"{form}/versions")
        supervisor.get(f"{form}/versions"), supervisor.post(f"{form}/publish", {"edits": "1", "from": ""})
        supervisor.get(f"{form}/versions/1"), supervisor.get(f"{form}/versions/1/picture")
        supervisor.post(f"{form}/drop", {})
        supervisor.post("/staff/blanks/void", {"type": "hygiene-licence", "number": "JY9999", "reason": "遗失"})
        supervisor.post(f"{address}/stop", {"reason": " "}), supervisor.post(f"{address}/stop", {"reason": "机构撤并"})
        supervisor.get(address)

    def seals_for_free(self) -> None:
        """A set asked for with mistakes and without, a second one refused, each step on its way; one that waits and one withdrawn."""
        desks = self.desks
        registries.set_node(desks.jiyang)
        supervisor = desks.sign_in(desks.jiyang, "kezhang", "supervisor")
        supervisor.get("/staff/seal-orders"), supervisor.post("/staff/seal-orders/makers", {"name": ""})
        waiting, _ = order_of()
        self.ids["order_id"] = str(carried(supervisor))
        for path in ("", "/new", f"/{waiting}"):
            supervisor.get(f"/staff/seal-orders{path}")
        supervisor.post(f"/staff/seal-orders/{waiting}/withdraw", {"reason": " "})
        supervisor.post(f"/staff/seal-orders/{waiting}/withdraw", {"reason": "名称登记有误"}, follow=True)

    def rules(self) -> None:
        """The points of an item read, one of them changed in a draft with a mistake and without, and the examples."""
        desks, item = self.desks, f"/staff/rules/{ITEM}"
        editor = desks.sign_in(desks.linyi, "bianxie", "catalogue_editor")
        self.ids["point"] = "residence"
        for path in ("/staff/rules", item, f"{item}/points/residence", f"{item}/examples"):
            editor.get(path)
        editor.post(f"{item}/draft")
        change_a_rule(editor, condition=["residence.registered && nope"])
        change_a_rule(editor, condition=["!residence.registered"])
        for path in (item, f"{item}/points/residence", f"{item}/points/new", f"{item}/examples"):
            editor.get(path)

    def editing(self) -> None:
        """Every part of the item of 临邑 in a draft, a mistake, the tree, what people will see, a text with a mistake, and publication refused."""
        item = f"/staff/items/{ITEM}"
        editor = self.desks.sign_in(self.desks.linyi, "shixiang", "catalogue_editor")
        self.ids |= {"part": "materials", "id": "residence-permit", "sheet": "guide"}
        editor.get(f"{item}/edit/materials/residence-permit")
        editor.post(f"{item}/edit/draft")
        change(editor, f"{item}/edit/contacts/hotline", value="0534-12393")
        change(editor, f"{item}/edit/materials/residence-permit", ways=[], **{"name.zh": "居住证"})
        first = editor.get(f"{item}/edit/tree").context["questions"][0]["id"]
        editor.post(f"{item}/edit/tree/write", {"act": "add", "question": first, "to": "new-end", "zh": "只有中文"})
        for path in (
            "", "/tree", "/head", "/limits", "/situations", "/situations/referral", f"/questions/{first}", "/fields/filing.address",
            "/fields/new", "/elements/filing.address", "/deviations",
        ):  # fmt: skip
            editor.get(f"{item}/edit{path}")
        published(editor)
        for shape in ("phone", "kiosk", "counter"):
            editor.get(f"{item}/preview?as={shape}")
            for sheet in ("guide", "questions", "form", "materials"):
                editor.get(f"{item}/preview/{sheet}?as={shape}&situation=referral")
        editor.get("/staff/items/definition")
        editor.post("/staff/items/definition/take", {"text": "key: x\nregion: [1"})

    def items(self) -> None:
        """The items of 临邑 with versions, two of them compared, a suspension refused and done, items taken in, a draft of one, lint."""
        editor, item = self.desks.sign_in(self.desks.linyi, "guanli", "catalogue_editor"), f"/staff/items/{ITEM}"
        self.ids["item_id"] = str(taken_in())
        taken = f"/staff/items/taken/{self.ids['item_id']}"
        for address in (item, taken):
            adjust(editor, address, act="suspended", since="2020-01-01")
            adjust(editor, address, act="suspended")
            for path in (address, f"{address}/compare"):
                editor.get(path)
            adjust(editor, address, act="resumed")
        editor.post(f"{taken}/draft", follow=True)
        for path in (
            "/staff/items",
            "/staff/items/lint?least=info",
            "/staff/items/taken",
            "/staff/items/taken?q=没有",
            item,
            taken,
        ):
            editor.get(path)

    def comparing(self) -> None:
        """An agreement and an item compared, tasks noted and settled, a standard followed after reasons were missing."""
        publish_both(self.desks)
        editor = self.desks.sign_in(self.desks.linyi, "hedui", "catalogue_editor", "liaison")
        editor.post("/staff/compare/tasks/recheck")
        task = editor.get("/staff/compare/tasks").context["places"][0]["tasks"][0]["task"]
        for words in ("", "正在修改"):
            editor.post(f"/staff/compare/tasks/{task.id}/note", {"note": words}, follow=True)
        item, standard = f"/staff/compare/items/{COMPARED}", f"/staff/compare/standards/{COMPARED}"
        for path in ("/staff/compare", "/staff/compare/agreements/jlh", item, f"{item}?grade=stricter", standard):
            editor.get(path)
        offered = editor.get(standard).context["standards"][0]["offered"].standard.definition
        typed = reasons(editor.get(f"{standard}?standard={offered}"))
        editor.post(f"{standard}/adopt", {"standard": offered})
        editor.post(f"{standard}/adopt", typed, follow=True)
        editor.post("/staff/compare/tasks/recheck", follow=True)
        editor.get(item)

    def importing(self) -> None:
        """A file without anything to take, one with findings that is taken, none at all."""
        editor = self.desks.sign_in(self.desks.linyi, "daoru", "catalogue_editor")
        for given in ({"what": 1}, guide(doScope="全宇宙")):
            page = upload(editor, given)
        editor.post(f"{page.request['PATH_INFO']}/take", follow=True)
        editor.post("/staff/items/imports")
        editor.get("/staff/items/imports")

    def sent_back(self) -> None:
        """A case that 临邑 gave back to be completed."""
        desks, case_id = self.desks, self.desks.taken_over()
        examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
        examiner.post(f"{address}/send-back", seen(examiner.get(address)))
        why = {
            "reason": "papers-unreadable",
            "field": ["filing.address"],
            "material": ["residence-permit"],
            "note": "背面缺失",
        }
        examiner.post(f"{address}/send-back", {**seen(examiner.get(address)), **why})
        examiner.get(address)
        desks.deliver()
        desks.come_back(case_id)
        clerk = desks.clerk()
        clerk.get(address), clerk.get(f"{address}/complete")

    def troubles(self) -> None:
        troubles = Troubles(self.desks)
        self.sent_back()
        operator = troubles.operator()
        operator.get("/staff/node/")
        waiting, parked, forked = troubles.unsent(), troubles.parked(), troubles.forked()
        registries.set_node(self.desks.linyi)
        ask(operator, forked), ask(operator, parked)
        second = troubles.operator("wumei", roles=("supervisor",))
        second.get("/staff/node/"), case_page(second, parked)
        troubles.restored()
        for case_id in (waiting, parked, forked):
            case_page(operator, case_id)
        operator.get("/staff/node/")

    def agreeing(self) -> None:
        """An agreement drafted at 济阳 with faults and without, signed, declined by 临邑, its next version; which clause wins."""
        offices = Offices(self.desks)
        begun = offices.begin()
        offices.put(begun, "head", name_zh="协议", name_en="", valid_from="")
        draft = offices.draft()
        offices.writer.get(draft), offices.as_chief(JIYANG, draft)
        address = offices.propose(draft)
        offices.as_chief(JIYANG, address), offices.as_chief(JIYANG, f"{address}/sign", act="withdraw", reason="")
        offices.as_chief(LINYI, f"{address}/sign", act="decline", reason="范围过宽")
        wanted = f"item={ITEM}&mode=online&receiving={JIYANG}&deciding={LINYI}"
        held = "/staff/agreements/of/jlh"
        for path in ("/staff/agreements", f"/staff/agreements/clauses?{wanted}", address, held):
            offices.writer.get(path)
        second = str(offices.writer.post(f"{held}/amend").headers["Location"])
        offices.writer.get(second)
        offices.as_chief(JIYANG, f"{held}/leave", last_day="", reason="")
        for path in ("/agreements", f"/agreements?place={HUIMIN}&item=没有", "/agreements/jlh"):
            self.phone.get(path)
        self.ids |= {"agreement": "jlh", "document": address.rpartition("/")[2], "draft_id": second.rpartition("/")[2]}

    def every_address(self) -> None:
        """What no story came to is asked for by its address, by whoever may."""
        registries.set_node(self.desks.jiyang)
        everybody = self.desks.sign_in(self.desks.jiyang, "everybody", *EVERY_ROLE)
        for name, pattern in routes_with_pages().items():
            given = {parameter: self.ids.get(parameter, "") for parameter in pattern.pattern.converters}
            if name not in ALBUM.routes and all(given.values()):
                client = everybody if name.startswith("staff:") else self.phone.client
                client.get(reverse(name, kwargs=given))


def routes_with_pages() -> dict[str, URLPattern]:
    """Every address of the portals that answers GET."""
    found = {}
    for resolver in get_resolver().url_patterns:
        namespace = getattr(resolver, "namespace", None)
        if namespace in PORTALS:
            found |= {f"{namespace}:{route.name}": route for route in resolver.url_patterns if "GET" in methods(route)}
    return found


def methods(route: Any) -> set[str]:
    """As `require_http_methods` keeps them."""
    view = route.callback
    while view is not None:
        known = inspect.getclosurevars(view).nonlocals.get("request_method_list") if inspect.isfunction(view) else None
        if known:
            return set(known)
        view = getattr(view, "__wrapped__", None)
    return {"GET"}
