import hashlib
import secrets


def make_secret() -> tuple[str, bytes]:
    """A secret of 256 random bits and the SHA-256 that is kept of it."""
    secret = secrets.token_hex(32)
    return secret, hash_of(secret)


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
