"""Pages for counters and offices: one file per desk.

Owns: signing in to a desk, the worklists, receiving from a person who is present, the case page and its acts, the printed receipt.
Does not own: any table or rule; each view makes one domain call.
Start reading at `urls.py`, then `worklist.py`, `case.py`, `acts.py` and `reception.py`.
"""
