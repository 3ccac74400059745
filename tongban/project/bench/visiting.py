"""A request answered in this process instead of the serving one, in a visitor's session or another: for counting its statements exactly."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

from tongban.project.bench.ground import Statements, counted
from tongban.project.walk import Visitor


def count_statements(
    visitor: Visitor, path: str, form: Mapping[str, str] | None = None, *, session: str = ""
) -> Statements:
    """POST when there is a form, else GET. Ask twice and believe the second answer: the first one reads what is then kept."""
    client = Client(headers={"host": urlsplit(str(visitor.client.base_url)).netloc})
    for cookie in visitor.client.cookies.jar:
        client.cookies[cookie.name] = cookie.value or ""
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with counted() as statements:
        answer = client.post(path, dict(form)) if form else client.get(path)
    if answer.status_code >= 400:
        raise ValueError(f"status {answer.status_code}")
    return statements
