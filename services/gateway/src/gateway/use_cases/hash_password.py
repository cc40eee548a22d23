import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from shared.errors import Unavailable

from gateway.rules.passwords import LONGEST

MEMORY_KIB, PASSES = 19456, 2
"""By the OWASP Password Storage cheat sheet; hashes made with others are renewed when their owner signs in."""
THREADS = 2
WAITING = 64
Result = TypeVar("Result")


@dataclass
class Passwords:
    """argon2id (RFC 9106) in threads of its own: neither the event loop nor a connection waits for it."""

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES
    hasher: PasswordHasher = field(init=False, repr=False)
    nobodys: str = field(init=False, repr=False)
    threads: ThreadPoolExecutor = field(init=False, repr=False)
    waiting: int = 0

    def __post_init__(self) -> None:
        self.hasher = PasswordHasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=1)
        self.nobodys = self.hasher.hash(secrets.token_hex(32))
        self.threads = ThreadPoolExecutor(THREADS, "argon2")

    async def verify(self, kept: str | None, given: str) -> bool:
        """Whether it is the password. Where there is none, the same work is done on nobody's."""
        is_right = await self.apart(lambda: matches(self.hasher, kept or self.nobodys, given[: LONGEST + 1]))
        return is_right and kept is not None

    async def hash(self, password: str) -> str:
        return await self.apart(lambda: self.hasher.hash(password))

    def is_old(self, kept: str) -> bool:
        """Made with other parameters than those of today."""
        return self.hasher.check_needs_rehash(kept)

    async def apart(self, work: Callable[[], Result]) -> Result:
        if self.waiting >= WAITING:
            raise Unavailable("Many people sign in just now.")
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, work)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)


def matches(hasher: PasswordHasher, kept: str, given: str) -> bool:
    try:
        return hasher.verify(kept, given)
    except (VerificationError, InvalidHashError):
        return False
