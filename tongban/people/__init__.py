"""People: citizens and staff, how they sign in, and how identity numbers, names and phones are checked and masked.

Owns: identity rules, staff accounts with two factors, citizens with SMS codes or unified identity (OIDC), lock-outs and limits.
Does not own: sessions and pages (web), what a role may do with a case (cases, review), who is on a case (the case's sealed parts).
Start reading at `identity.py`, then `staff.py` and `citizens.py`; `services.py` and `queries.py` are the way in.
"""
