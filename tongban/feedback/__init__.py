"""What people say of how they were served: ratings (好差评), their follow-up, complaints and suggestions (投诉建议).

Owns: who may rate what and when, each place's own list of ratings, the clock after a bad one (差评), complaints with number, term and answer.
Does not own: the rating itself, which is an event on the case's chain that both places hold (cases).
Start reading at `services.py`.
"""
