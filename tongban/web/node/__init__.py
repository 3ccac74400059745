"""The endpoints of peers (TXP/1): verify who asks, make one call, answer JSON. No session, no cookie, no page."""
