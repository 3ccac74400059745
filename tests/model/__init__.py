"""Every run of the exchange protocol within small bounds: three nodes, one or two cases, any network, restores, suspension, new lists.

Owns: a model of the rules R4 to R19 in which each rule can be switched off, and the search for the run that then goes wrong.
Does not own: the rule of the writer, which is `tongban.exchange.chain` itself. No Django, standard library only.
Start reading at `variants.py` (what is claimed), then `writing.py`, `arriving.py`, `recovering.py` (the rules), `search.py`.
"""
