"""A person at a browser without JavaScript: opens pages, reads their forms, fills them in and sends them. For the demo, the bench, tests.

with Visitor("http://jiyang.localhost:8101") as visitor:
    page = visitor.open("/")
    page = visitor.send(page.form(field="phone"), {"phone": "19900000001"})
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin

import httpx

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

Files = Mapping[str, tuple[str, bytes, str]]
"""Field → (file name, content, media type)."""

VOID_INPUTS = {"submit", "image", "button", "reset"}
CHOICES = {"radio", "checkbox"}


class PageDiffers(Refused):
    """The page is not the one the walk expected. `said` is what the page shows as its heading and messages, of made-up people only."""

    text = Text("{where}：{what}（状态 {status}：{said}）", "{where}: {what} (status {status}: {said})")
    advice = Text("请查看该节点的日志。", "Look into the log of that node.")


class LocalNames(httpx.HTTPTransport):
    """`*.localhost` is this machine (RFC 6761), which resolvers do not always know."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.host.endswith(".localhost"):
            return super().handle_request(request)
        # The name stays in the Host header and in the request that cookies and redirects are judged by.
        here = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(
            httpx.Request(
                request.method, here, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )


@dataclass
class Field:
    """One control. `options` are the values a choice can take; `value` is what is sent, None when nothing is."""

    name: str
    kind: str
    value: str | None
    options: list[str] = field(default_factory=list)


@dataclass
class Button:
    label: str
    name: str
    value: str
    action: str


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def data(self, values: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """What a browser would send: the fields as the page filled them, with `values` over them."""
        kept = {f.name: f.value for f in self.fields.values() if f.value is not None and f.kind != "file"}
        return {**kept, **values}


@dataclass
class Page:
    url: str
    status: int
    html: str
    forms: list[Form]
    links: dict[str, str]
    text: str
    headings: list[str]

    def form(self, *, field: str = "", action: str = "", button: str = "") -> Form:
        """The first form with such a field, an action that ends so, or a button that says so. Raises `PageDiffers`."""
        for form in self.forms:
            if (
                (not field or field in form.fields)
                and (not action or form.action.rstrip("/").endswith(action))
                and (not button or any(button in b.label for b in form.buttons))
            ):
                return form
        raise self.differs(f"no form with {field or action or button}")

    def link(self, text: str) -> str:
        """The address behind the first link that says `text`. Raises `PageDiffers`."""
        for label, address in self.links.items():
            if text in label:
                return address
        raise self.differs(f"no link {text}")

    def require(self, *, text: str = "", status: int = 200) -> Self:
        """Raises `PageDiffers`."""
        if self.status != status:
            raise self.differs(f"status {status} expected")
        if text not in self.text:
            raise self.differs(f"{text} expected")
        return self

    def differs(self, what: str) -> PageDiffers:
        return PageDiffers(where=self.url, what=what, status=self.status, said=" / ".join(self.headings)[:600])


class Visitor:
    """One browser session at one node; follows redirects, keeps cookies."""

    def __init__(self, url: str, *, timeout: float = 30) -> None:
        self.client = httpx.Client(
            base_url=url, transport=LocalNames(), timeout=timeout, follow_redirects=True, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def open(self, address: str) -> Page:
        return _page(self.client.get(address))

    def send(
        self,
        form: Form,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        button: str = "",
        files: Files | None = None,
    ) -> Page:
        """Send as a click on the button that says `button` would, or on the first one."""
        pressed = _pressed(form, button)
        data = form.data(values or {})
        if pressed and pressed.name:
            data[pressed.name] = pressed.value
        action = pressed.action if pressed and pressed.action else form.action
        if form.method == "get":
            return _page(self.client.get(action, params=data))
        return _page(self.client.post(action, data=data, files=dict(files) if files else None))

    def download(self, address: str) -> bytes:
        """Raises `PageDiffers` for anything but 200."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise _page(answer).differs("a file expected")
        return answer.content


def _pressed(form: Form, label: str) -> Button | None:
    for button in form.buttons:
        if label in button.label:
            return button
    return None


def _page(answer: httpx.Response) -> Page:
    reader = _Reader(str(answer.url))
    reader.feed(answer.text)
    reader.close()
    text = " ".join(" ".join(reader.words).split())
    url = answer.url.copy_with(query=None)
    return Page(str(url), answer.status_code, answer.text, reader.forms, reader.links, text, reader.headings)


class _Reader(HTMLParser):
    """Forms, links, visible words, and what the page says loudest: headings, alerts and error messages."""

    LOUD = ("h1", "title")
    LOUD_CLASSES = ("error", "warn", "wrong")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.links: dict[str, str] = {}
        self.words: list[str] = []
        self.headings: list[str] = []
        self._form: Form | None = None
        self._select: tuple[Form, Field] | None = None
        self._area: tuple[Form, Field] | None = None
        self._hears: list[tuple[str, list[str], Button | str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(urljoin(self.url, given.get("action", "")), given.get("method", "get").lower())
            self.forms.append(self._form)
            self.by_id[given.get("id", "")] = self._form
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(tag, given, self.by_id.get(given["form"]) if "form" in given else self._form)
        elif tag == "option" and self._select:
            self._option(given)
        elif tag == "a" and "href" in given:
            self._hears.append((tag, [], urljoin(self.url, given["href"])))
        if tag in self.LOUD or any(word in given.get("class", "") for word in self.LOUD_CLASSES):
            self._hears.append((tag, [], None))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        if self._hears and self._hears[-1][0] == tag:
            self._said(*self._hears.pop())

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for _, heard, _ in self._hears:
            heard.append(data)
        if self._area:
            field = self._area[1]
            field.value = (field.value or "") + data

    def _said(self, _: str, heard: list[str], target: Button | str | None) -> None:
        said = " ".join(" ".join(heard).split())
        if isinstance(target, Button):
            target.label = said
        elif target is not None:
            self.links.setdefault(said, target)
        elif said:
            self.headings.append(said)

    def _control(self, tag: str, given: dict[str, str], form: Form | None) -> None:
        if form is None:
            return
        kind = given.get("type", "submit" if tag == "button" else "text") if tag in {"input", "button"} else tag
        if kind in VOID_INPUTS:
            self._button(tag, given, form)
        elif "name" in given and "disabled" not in given:
            self._field(tag, kind, given, form)

    def _button(self, tag: str, given: dict[str, str], form: Form) -> None:
        action = urljoin(self.url, given["formaction"]) if "formaction" in given else ""
        button = Button(given.get("value", ""), given.get("name", ""), given.get("value", ""), action)
        form.buttons.append(button)
        if tag == "button":
            self._hears.append((tag, [], button))

    def _field(self, tag: str, kind: str, given: dict[str, str], form: Form) -> None:
        value = given.get("value", "on" if kind in CHOICES else "")
        field = form.fields.setdefault(given["name"], Field(given["name"], kind, None))
        if kind in CHOICES:
            field.options.append(value)
            if "checked" in given:
                field.value = value
        elif tag == "select":
            self._select = (form, field)
        elif tag == "textarea":
            field.value = ""
            self._area = (form, field)
        else:
            field.value = value

    def _option(self, given: dict[str, str]) -> None:
        field = self._select[1] if self._select else None
        if field is None:
            return
        value = given.get("value", "")
        if "selected" in given or not field.options:
            field.value = value
        field.options.append(value)
