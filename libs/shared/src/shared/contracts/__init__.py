"""The events of every service, owned by the one that tells them. Nouns without behaviour."""
