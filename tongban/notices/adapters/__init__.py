"""Ways to people that leave this node, beside the SMS gateway of `people`."""
