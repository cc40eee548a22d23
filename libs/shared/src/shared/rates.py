"""How many requests who may send: token buckets, and the fields that tell of them.

Source: draft-ietf-httpapi-ratelimit-headers-10 (`RateLimit-Policy`, `RateLimit`), RFC 6585 section 4 (429).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

FORM = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,5})")
KEPT = 50_000


@dataclass(frozen=True)
class Quota:
    """`limit` requests in `window` seconds; a bucket of that size, filled evenly."""

    name: str
    limit: int
    window: int

    @classmethod
    def of(cls, name: str, text: str) -> "Quota":
        """`600/60`: 600 requests a minute. Raises ValueError."""
        found = FORM.fullmatch(text)
        if not found:
            raise ValueError(f"{name}: say REQUESTS/SECONDS, as in 600/60.")
        return cls(name, int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Rates:
    """The quotas of an installation by name, and those of single tenants that differ, by the tenant's id."""

    usual: Mapping[str, Quota]
    differing: Mapping[str, Mapping[str, Quota]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, defaults: Mapping[str, str], usual: Mapping[str, str], differing: Mapping[str, Mapping[str, str]]
    ) -> "Rates":
        """From their texts. Raises ValueError for a name that has no default, or another form."""
        named = set(usual).union(*differing.values())
        if unknown := sorted(named - set(defaults)):
            raise ValueError(f"No such quota: {', '.join(unknown)}. Known: {', '.join(defaults)}.")
        tenants = {tenant: quotas(texts) for tenant, texts in differing.items()}
        return cls(quotas({**defaults, **usual}), tenants)

    def quota(self, name: str, tenant: str) -> Quota:
        return self.differing.get(tenant, {}).get(name) or self.usual[name]


def quotas(texts: Mapping[str, str]) -> dict[str, Quota]:
    return {name: Quota.of(name, text) for name, text in texts.items()}


@dataclass(frozen=True)
class Standing:
    """How a caller stands with a quota: requests left; seconds until it is whole, and until the next one (`wait`)."""

    quota: Quota
    left: int
    whole_in: int
    wait: int


@dataclass
class Buckets:
    """One process's buckets. `share` is its part of each quota: one over the number of live replicas."""

    share: float = 1.0
    levels: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def take(self, wanted: Sequence[tuple[Quota, str]], now: float) -> tuple[bool, tuple[Standing, ...]]:
        """Whether a request goes on, and how it stands with each quota. One that does not is charged to none."""
        levels = [self.level(quota, key, now) for quota, key in wanted]
        goes_on = all(level >= 1 for level in levels)
        after = [level - goes_on for level in levels]
        for (quota, key), level in zip(wanted, after, strict=True):
            self.levels[quota.name, key] = (level, now)
        if len(self.levels) > KEPT:
            self.forget(now)
        return goes_on, tuple(self.standing(quota, level) for (quota, _), level in zip(wanted, after, strict=True))

    def size(self, quota: Quota) -> float:
        return max(1.0, quota.limit * self.share)

    def level(self, quota: Quota, key: str, now: float) -> float:
        size = self.size(quota)
        level, at = self.levels.get((quota.name, key), (size, now))
        return min(size, level + (now - at) * size / quota.window)

    def standing(self, quota: Quota, level: float) -> Standing:
        size = self.size(quota)
        rate = size / quota.window
        return Standing(quota, int(level), math.ceil((size - level) / rate), max(1, math.ceil((1 - level) / rate)))

    def forget(self, now: float) -> None:
        """The half that was not used for longest: by then most of them are full again."""
        oldest = sorted(self.levels, key=lambda key: self.levels[key][1])[: KEPT // 2]
        for key in oldest:
            del self.levels[key]


def fields(standings: Iterable[Standing]) -> list[tuple[bytes, bytes]]:
    """`RateLimit-Policy` and `RateLimit` as structured fields (RFC 9651 lists)."""
    found = tuple(standings)
    policy = ", ".join(f'"{s.quota.name}";q={s.quota.limit};w={s.quota.window}' for s in found)
    now = ", ".join(f'"{s.quota.name}";r={s.left};t={s.whole_in}' for s in found)
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", now.encode())]


def wait(standings: Iterable[Standing]) -> int:
    """Seconds after which the next request goes on."""
    return max(standing.wait for standing in standings)
