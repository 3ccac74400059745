"""Outside systems that help people sign in: an SMS gateway, a unified identity provider."""
