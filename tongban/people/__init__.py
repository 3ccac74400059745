"""People: citizens and staff, how they sign in, how identity is checked, and who may act for whom.

Owns: identity rules, staff accounts with two factors, citizens with SMS codes or unified identity (OIDC), lock-outs and limits,
mandates (委托) and organisations with their representatives.
Does not own: sessions and pages (web), what a role may do with a case (cases, review), who is on a case (the case's sealed parts).
Start reading at `identity.py`, then `staff.py`, `citizens.py` and `mandates.py`; `services.py` and `queries.py` are the way in.
"""
