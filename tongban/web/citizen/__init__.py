"""The portal for people (申请人): from the first question to the result, one thing per page.

Owns: the pages of the journey, the citizen's sign-in and session.
Does not own: the application's own pages, shared with the counter (`web/components/application.py`); any rule.
Start reading at `urls.py`, then `apply.py` and `cases.py`.
"""
