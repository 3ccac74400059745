"""Every door through HTTP: pages for citizens and staff, and the endpoints of peers.

Owns: pages, forms, who may open which door, and how a refusal looks. Composes queries of several contexts; decides nothing.
Does not own: any table.
Start reading at `access.py`, then `citizen/apply.py` and `staff/worklist.py`.
"""
