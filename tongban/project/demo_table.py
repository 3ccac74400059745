"""What the demo prints: addresses, sign-ins, made-up people."""

import json
import sys
import unicodedata
from datetime import datetime
from pathlib import Path

import pyotp

from tongban.kernel.text import Text
from tongban.project import demo_alliance
from tongban.project.demo import Demo
from tongban.project.demo_alliance import PLACES
from tongban.project.registers.people import load_people

WARNING = """
  演示 DEMO —— 人员、登记库、协议和密钥均为虚构，不得用于真实业务，不得输入真实个人信息。
  Made-up people, registers, agreement and keys. Not for real matters: enter nobody's real data.
"""


def say_opening(directory: Path) -> None:
    print(WARNING, flush=True)
    print(f"  {directory}\n", flush=True)


def say_step(step: Text) -> None:
    print(f"  {step.zh}…… {step.en} …", flush=True)


def say_ready(demo: Demo) -> None:
    print()
    parts = (_addresses(demo), _people(demo), _accounts(demo), _ending())
    print("\n\n".join("\n".join(part) for part in parts), flush=True)


def say_codes(demo: Demo) -> None:
    print("\n".join(_accounts(demo)), flush=True)


def say_stopped() -> None:
    print("\n  已停止 stopped", flush=True)


def _addresses(demo: Demo) -> list[str]:
    urls = demo_alliance.urls_of(demo.homes)
    lines = [_row("地址 Addresses", "群众 people", "工作人员 staff", widths=(26, 36))]
    for place in PLACES:
        url = urls[place.name]
        lines.append(
            _row(f"{place.label.zh} {place.label.en} {place.region}", f"{url}/", f"{url}/staff/", widths=(26, 36))
        )
    return lines


def _people(demo: Demo) -> list[str]:
    people = [person for person in load_people(demo.people).values() if person.story]
    widths = (14, 20, 13)
    rows = [_row(person.name, person.id_number, person.phone, person.story, widths=widths) for person in people]
    return [
        _row("演示人员", "证件号 number", "手机 phone", "people and their stories", widths=widths),
        *rows,
        _row(f"短信验证码显示在页面上 SMS codes are shown on the page; 全部 all: {demo.people}", widths=()),
    ]


def _accounts(demo: Demo) -> list[str]:
    widths = (6, 10, 8, 24, 25, 8)
    rows = []
    for place in PLACES:
        for known in json.loads((demo.homes[place.name] / "accounts.json").read_text()):
            code, name = pyotp.TOTP(known["totp"]).now(), known["username"]
            columns = (place.label.zh, name, known["name"], known["roles"], known["password"], code, known["totp"])
            rows.append(_row(*columns, widths=widths))
    heading = ("", "用户名", "姓名", "岗位 roles", "口令 password", "动态码", "密钥 authenticator secret")
    return [
        _row("工作人员登录 Staff sign-in: user name, password, code", widths=()),
        _row(*heading, widths=widths),
        *rows,
        _row(f"动态码为 {datetime.now().astimezone():%H:%M:%S} 时的值，每 30 秒更换，每码只用一次。", widths=()),
        _row("Codes change every 30 s and work once.", widths=()),
    ]


def _ending() -> list[str]:
    lines = ["按 Ctrl-C 停止 Press Ctrl-C to stop"]
    if sys.stdin.isatty():
        lines.insert(0, "按回车键显示新的动态码 Press Enter for fresh codes")
    return [_row(line, widths=()) for line in lines]


def _row(*columns: str, widths: tuple[int, ...]) -> str:
    """Columns side by side; a Chinese character is two wide."""
    padded = [_pad(column, width) for column, width in zip(columns, widths, strict=False)]
    return "  " + "".join([*padded, *columns[len(widths) :]])


def _pad(text: str, width: int) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return text + " " * max(1, width - len(text) - wide)
