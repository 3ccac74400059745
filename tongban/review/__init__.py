"""Review (智能审批): automatic checks of a case, with reasons; and the push of a decision to the business system.

Owns: asking registers, merging facts by their ranked sources, running the review points, handing the result over for effect; rehearsals of
draft rules, samples of automatic decisions and their stop.
Does not own: points and their texts (catalogue), their evaluation (rules), any decision event (cases). Facts live sealed on the chain; its
tables hold verdicts and what people said of them.
Start reading at `services.py`, then `facts.py`, `adapters/base.py`; of rehearsals at `replay.py`, `rehearsal.py`, `guard.py`. A silent
register leaves facts unknown, and unknown goes to a person.
"""
