"""Other systems that work with this node (接口客户端): who they are, what their tokens open, what they are told.

Owns: clients, tokens, the cases a client handed in, answers kept for repeated requests, webhooks and their deliveries.
Does not own: what a request does (`cases`), who opens a door (`web/access.py`), the addresses (`web/api`).
Start reading at `tokens.py`, then `webhooks.py`.
"""
