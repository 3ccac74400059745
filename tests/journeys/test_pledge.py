"""A pledge instead of a permit, in English and without scripts."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance
from tongban.project.registers.people import DemoPerson

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]


def test_a_pledge_in_english_without_javascript(alliance: Alliance, browser: Browser) -> None:
    person = alliance.newcomer()
    with journey(browser, "pledge-in-english", PHONE, also_wide=True, javascript=False) as walk:
        walk.open(alliance.sites["jiyang"].url)
        walk.follow("English")
        walk.look("home", heading="Away from home?")
        walk.follow("Start")
        walk.look("places", heading="Where are you insured")
        walk.select("Place where you are insured", "Linyi County")
        walk.press("Continue")
        for name, choice in (
            ("care", "Hospital stay"),
            ("category", "for the long term"),
            ("proof", "I sign a personal pledge"),
        ):
            walk.look(name)
            walk.choose(choice)
            walk.press("Continue")
        walk.look("start", heading="Long-term living elsewhere (pledge)")
        sign_in_in_english(walk, person)
        walk.look("form", heading="Please fill in")
        walk.press("Save and continue")
        walk.look("form-wrong")
        walk.type("Address in the place of treatment", "12 Taixing East Street")
        walk.choose("I have read this and I pledge it")
        walk.press("Save and continue")
        walk.look("check", heading="Check everything")
        walk.press("Submit")
        walk.look("submitted", heading="Your application is received")
        walk.follow("Follow it")
        walk.wait_for("In effect from")
        walk.look("closed")
        assert no_chinese_sentence(walk)


def sign_in_in_english(walk: Walk, person: DemoPerson) -> None:
    walk.type("Mobile number", person.phone)
    walk.press("Send me a code")
    walk.look("code")
    walk.type("Code", walk.page.locator("#demo-code").inner_text().strip())
    walk.press("Sign in")
    walk.look("who", heading="What is your name")
    walk.type("Name", person.name)
    walk.type("Document number", person.id_number)
    walk.press("Save and continue")


def no_chinese_sentence(walk: Walk) -> bool:
    """Names of people, places and agreements stay as they are; sentences end with 。"""
    return "。" not in walk.page.locator("body").inner_text()
