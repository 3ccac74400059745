"""Template tags known to every page."""

from datetime import date, datetime
from typing import Any

from django import template

from tongban.kernel.text import Text, write_day
from tongban.kernel.workdays import SHANGHAI
from tongban.regions import queries as regions

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Any, zh: Any, en: str | None = None, **words: Any) -> str:
    """`{% say "我要办" "Apply" %}` or `{% say text %}`: the page's language of a text; `{word}` is filled from keywords."""
    text = zh if isinstance(zh, Text) else Text(str(zh), str(zh) if en is None else en)
    language = context.get("language", "zh")
    spoken = {name: word.in_(language) if isinstance(word, Text) else word for name, word in words.items()}
    return text.in_(language).format(**spoken) if spoken else text.in_(language)


@register.simple_tag(takes_context=True)
def day(context: Any, value: date | datetime | None) -> str:
    """A day as people write it, in the page's language; the legal day of an instant."""
    if value is None:
        return ""
    moment = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    return write_day(moment).in_(context.get("language", "zh"))


@register.simple_tag(takes_context=True)
def moment(context: Any, value: datetime | None) -> str:
    """Day and minute, Beijing time."""
    return f"{day(context, value)} {value.astimezone(SHANGHAI):%H:%M}" if value else ""


@register.filter
def place(name: str) -> Text:
    """The name of a place, for `say`: `{% say case.deciding_name|place %}`."""
    return regions.spoken(name)


@register.filter
def filesize(size: int) -> str:
    """Bytes as people read them: 12 KB, 1.4 MB."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1024))} KB"
