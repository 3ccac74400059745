"""The alliance (通办联盟): who is who, and who does what for whom.

Owns: the member list (regions, nodes, keys; signed by the alliance's roots), agreements (协议) and their articles, the trust anchor.
Does not own: the exchange of cases, the catalogue of services.
Start reading at `members.py` and `agreements.py` (plain values), then `services.py` and `queries.py`.
"""
