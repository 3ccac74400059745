"""The reading log (阅览记录): who looked at what, what was refused, who came and went.

Owns: one row for each view of personal data, each refused access, each sign-in; the seals over them; alarms of mass reading.
Does not own: changes of a case (they are events on its chain), acts of operators (`exchange.Operation`), the wiring (`web/watching.py`).
Start reading at `services.py`.
"""
