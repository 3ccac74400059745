"""Notices (通知): what people are told of their cases, in the portal always, by SMS and mail as they wish.

Owns: which event tells what, the notices, how far each was delivered, people's wishes; the adapter for mail.
Does not own: phone numbers (people), the SMS gateway (`people/adapters/sms.py`), papers and their service (papers).
Start reading at `kinds.py` (the table), then `services.py`.
"""
