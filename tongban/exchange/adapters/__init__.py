"""The one outsider of the exchange: a peer node, over HTTP."""
