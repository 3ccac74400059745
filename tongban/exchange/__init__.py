"""The exchange (协同交换): how the events of a case travel between regions (TXP/1). It knows no case, only chains.

Owns: chains of signed events, who may write next, outbox and inbox, receipts, proposals, evidence of forks.
Does not own: what an event means (`cases`), who is who (`alliance`), keys of cases (`kernel.vault`), files (`documents`).
Start reading at `chain.py` (the rules, plain Python), then `appending.py`, `receiving.py`, `delivery.py`.
"""
