"""Enquiries before a case (咨询单): the receiving place asks the deciding place about a service, no person needed.

Owns: the question and its answer on a chain of their own, its end, and the number of the case that it became.
Does not own: how events travel (`exchange`), the case it becomes (`cases`), what a service asks (`catalogue`).
Start reading at `events.py`, then `fold.py` and `services.py`.
"""
