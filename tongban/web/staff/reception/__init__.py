"""Receiving at the counter (综合窗口) from a person who is present: no account and no phone needed.

First where and which situation, for some need no case at all and then nobody's name is written down; then who; then the same form,
materials and check as online, a signature, and the printed receipt. The screen is cleared between people.

Owns: the order of these pages, how identity was checked, what of a person is known to the session (nothing but ids).
Start reading at `opening.py`, then `identifying.py`, `filling.py`, `carrying.py` and `receipts.py`.
"""

from tongban.web.staff.reception.carrying import carry, resume
from tongban.web.staff.reception.filling import check, form, materials, sign, signature
from tongban.web.staff.reception.identifying import person, who
from tongban.web.staff.reception.opening import ask, clear, discard, start
from tongban.web.staff.reception.receipts import query_code, receipt

__all__ = [
    "ask", "carry", "check", "clear", "discard", "form", "materials", "person", "query_code", "receipt", "resume", "sign", "signature",
    "start", "who",
]  # fmt: skip
