"""The one address of Trellis for the world: identity, tokens, forwarding."""
