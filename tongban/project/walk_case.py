"""Whole cases as people live them: an applicant on the citizens' pages, an examiner at the desk. Public doors only.

with Visitor(url) as visitor:
    sign_in(visitor, luo); case_id = apply(visitor, luo, PERMIT, insured="371424", here="370115")
"""

import io
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

import pikepdf
import pyotp

from tongban.project.walk import Files, Page, PageDiffers, Visitor

ITEM = "remote-medical-filing"
HYGIENE = "public-place-hygiene-licence"
PATIENCE_SECONDS = 30.0
IN_EFFECT = "已生效"
DECIDED = 'id="decision-title"'
OK = 200
MOVED_ON = 409
_CASE = re.compile(r"/(?:drafts|cases|reception)/([0-9a-f-]{36})")
_CODE = re.compile(r'id="demo-code">\s*(\d{6})\s*<')


class Someone(Protocol):
    """An applicant; a made-up person of the demo fits."""

    @property
    def name(self) -> str: ...
    @property
    def id_kind(self) -> str: ...
    @property
    def id_number(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True)
class Story:
    """Which answers lead to the situation, what is filled in, what is handed in. `files`: material → content of a PDF."""

    answers: tuple[str, ...]
    fields: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)


def permit_story(today: date) -> Story:
    """异地长期居住（居住证）: the registers agree, the rules decide."""
    return Story(
        answers=("inpatient", "long_term", "permit"),
        fields={
            "filing.start_on": today.isoformat(),
            "filing.address": "济北街道泰兴东街 12 号",
            "consent.residence_register": "yes",
        },
    )


def referral_story(today: date) -> Story:
    """异地转诊: nobody but an examiner can read the hospital's letter."""
    return Story(
        answers=("inpatient", "referral", "yes"),
        fields={
            "filing.start_on": today.isoformat(),
            "filing.end_on": (today + timedelta(days=200)).isoformat(),
            "filing.address": "济阳街道纬二路 8 号",
            "referral.hospital": "临邑县人民医院（演示）",
            "referral.letter_on": (today - timedelta(days=2)).isoformat(),
        },
        files={"referral-letter": blank_letter()},
    )


def hotel_story(code: str, *, staff: int) -> Story:
    """公共场所卫生许可新发（告知承诺）: a hotel in 临邑, everything pledged. `code`: of the business; `staff` serve guests, all certified."""
    return Story(
        answers=("hotel", "new", "pledge"),
        fields={
            "business.name": "临邑演示旅店",
            "business.code": code,
            "premises.region": "371424",
            "premises.address": "临邑县演示路 2 号",
            "place.area": "860",
            "place.rooms": "24",
            "cups.kind": "disposable",
            "disinfection.products": "2",
            "hygiene.system": "yes",
            "hygiene.manager": "王晓梅",
            "staff.serving": str(staff),
            "staff.certified": str(staff),
            "fire.pledged": "yes",
            "pledge.signed": "yes",
        },
    )


def blank_letter() -> bytes:
    """A PDF of one empty page."""
    with pikepdf.new() as letter, io.BytesIO() as file:
        letter.add_blank_page()
        letter.save(file)
        return file.getvalue()


# The applicant


def sign_in(visitor: Visitor, person: Someone) -> None:
    """By the code that a demonstration shows on the page, then name and number where they are asked."""
    page = visitor.open("/sign-in").require()
    page = visitor.send(page.form(field="phone"), {"phone": person.phone}).require()
    shown = _CODE.search(page.html)
    if shown is None:
        raise page.differs("no code is shown")
    page = visitor.send(page.form(field="code"), {"code": shown[1]}).require()
    if any("id_number" in form.fields for form in page.forms):
        known = {"name": person.name, "id_kind": person.id_kind, "id_number": person.id_number}
        visitor.send(page.form(field="id_number"), known).require()


def apply(visitor: Visitor, story: Story, *, insured: str, here: str, item: str = ITEM) -> str:
    """From the two places to the confirmation; returns the case id. Raises `PageDiffers`."""
    page = visitor.open(f"/apply/{item}/places").require()
    page = visitor.send(page.form(field="insured"), {"insured": insured, "here": here}).require()
    for answer in story.answers:
        page = visitor.send(page.form(field="answer"), {"answer": answer}).require()
    page = visitor.open(page.link("开始填写")).require()
    return hand_in(visitor, page, story)


def hand_in(visitor: Visitor, page: Page, story: Story) -> str:
    """The form, the materials, the check page: the same for citizens and counters. Returns the case id."""
    page = visitor.send(page.form(field=next(iter(story.fields))), story.fields).require()
    files = {f"file-{name}": (f"{name}.pdf", data, "application/pdf") for name, data in story.files.items()}
    # Who has nothing to bring is not shown the page of materials.
    if files or not page.url.endswith("/check"):
        page = _send_materials(visitor, page, files)
    page = visitor.send(page.form(field="version")).require()
    return case_id_of(page)


def _send_materials(visitor: Visitor, page: Page, files: Files) -> Page:
    if not page.url.endswith("/materials"):
        raise page.differs("materials expected")
    form = next((form for form in page.forms if any("保存" in button.label for button in form.buttons)), None)
    if form is None:
        raise page.differs("no form for materials")
    return visitor.send(form, button="保存", files=files).require()


def case_id_of(page: Page) -> str:
    found = _CASE.search(page.url)
    if found is None or "/drafts/" in page.url:
        raise page.differs("a submitted case expected")
    return found[1]


def wait_until_effective(visitor: Visitor, case_id: str, *, seconds: float = PATIENCE_SECONDS) -> Page:
    """Reloads the case's page as an impatient person would."""
    return wait_for(lambda: visitor.open(f"/cases/{case_id}"), lambda page: IN_EFFECT in page.text, seconds=seconds)


# The office


def sign_in_staff(visitor: Visitor, *, username: str, password: str, secret: str) -> None:
    """Name, password, and the code that the authenticator shows now. A code works once: signing in twice in 30 s waits."""
    page = visitor.open("/staff/sign-in").require()
    page = visitor.send(page.form(field="password"), {"username": username, "password": password}).require()
    page = visitor.send(page.form(field="code"), {"code": pyotp.TOTP(secret).now()})
    if any("code" in form.fields for form in page.forms):
        raise page.differs("the sign-in failed")
    page.require()


def approve(visitor: Visitor, case_id: str, *, seconds: float = PATIENCE_SECONDS) -> Page:
    """Waits until the case lies on the examiner's desk and grants it; looks again when it moved on meanwhile (409)."""

    def look() -> Page:
        page = visitor.open(f"/staff/cases/{case_id}")
        offered = any(form.action.endswith("/approve") for form in page.forms)
        return visitor.send(page.form(action="/approve")) if offered else page

    return wait_for(look, lambda page: page.status == OK and DECIDED in page.html, seconds=seconds)


def act(visitor: Visitor, address: str, *, action: str, values: Mapping[str, str | list[str]] | None = None) -> Page:
    """Opens the page, sends its form; does so afresh as long as the page says that the case moved on meanwhile (409)."""

    def look() -> Page:
        return visitor.send(visitor.open(address).require().form(action=action), values)

    return wait_for(look, lambda page: page.status != MOVED_ON, seconds=PATIENCE_SECONDS).require()


def read_attachment(visitor: Visitor, case_id: str, *, seconds: float = PATIENCE_SECONDS) -> bytes:
    """The first file that was handed in, once it has arrived here."""
    page = visitor.open(f"/staff/cases/{case_id}").require()
    address = page.link("下载查看")
    deadline = time.monotonic() + seconds
    while True:
        try:
            return visitor.download(address)
        except PageDiffers:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def wait_for(open_page: Callable[[], Page], is_there: Callable[[Page], bool], *, seconds: float) -> Page:
    """Raises `PageDiffers` with what the page said last."""
    deadline = time.monotonic() + seconds
    while not is_there(page := open_page()):
        if time.monotonic() > deadline:
            raise page.differs(f"nothing new after {seconds:.0f} s")
        time.sleep(0.25)
    return page
