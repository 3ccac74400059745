"""Ground floor: what every context shares and what knows no business.

Owns: ids, refusals, texts, actors, strict JSON, crypto suites, envelopes, the shape of an event, sealed parts and the case key vault,
the working-day calendar, row-level scope, and the registries that `project` fills at start-up.
Does not own: cases, agreements, catalogue, peers.
Start reading at `envelopes.py`, then `events.py`, `sealing.py`, `registries.py`.
"""
