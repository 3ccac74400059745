"""The interface for other systems, version 1 (接口): one file per resource, under /api/v1/.

Owns: addresses, forms of requests and answers, repeated requests, the OpenAPI document.
Does not own: who may come in (`web/access.py`, `web/admission.py`), tokens and webhooks (`clients`), what an act does (`cases`).
Start reading at `urls.py`, then `operations.py`.
"""
