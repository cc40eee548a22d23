"""Is this the same person? Weights, bands and the guard for twins.

Source: domain specification section 2.4. Version 2026-11.
The similarity of two names (0 to 1, Jaro-Winkler) is passed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

Similarity = Callable[[str, str], float]

MEMBER_ID = 40
BIRTH_DATE, BIRTH_DATE_SWAPPED = 25, 15
LAST_NAME, LAST_NAME_NEAR, LAST_NAME_PREVIOUS = 15, 10, 12
FIRST_NAME, FIRST_NAME_NEAR = 10, 7
PHONE = 8
ADDRESS = 5
SEX_DIFFERS = -3
NEAR = 0.92
PROBABLE_FROM, POSSIBLE_FROM = 75, 55

NICKNAMES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "alexander alex sasha xander",
        "andrew andy drew",
        "anthony tony",
        "antonio tono tony",
        "benjamin ben benny",
        "catherine katherine kathryn kate katie kathy cathy",
        "charles charlie chuck",
        "christina christine chris tina",
        "christopher chris",
        "daniel dan danny",
        "david dave",
        "edward ed eddie ted",
        "elizabeth liz beth betty eliza lisa",
        "francisco pancho paco",
        "guadalupe lupe",
        "ignacio nacho",
        "james jim jimmy jamie",
        "jennifer jen jenny",
        "jessica jess jessie",
        "john jack johnny",
        "jose pepe",
        "joseph joe joey",
        "margaret maggie meg peggy",
        "matthew matt",
        "michael mike mikey",
        "nicholas nick",
        "patricia pat patty tricia",
        "rebecca becca becky",
        "richard rich rick dick",
        "robert rob bob bobby",
        "samantha sam",
        "samuel sam",
        "steven stephen steve",
        "susan sue suzy",
        "theodore ted theo",
        "thomas tom tommy",
        "timothy tim",
        "victoria vicky tori",
        "william will bill billy liam",
    )
)
SOUNDS = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    "l": "4",
    **dict.fromkeys("mn", "5"),
    "r": "6",
}


class Band(StrEnum):
    PROBABLE = "probable"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True)
class Person:
    """What two records are compared by. Names as written; comparison ignores case, marks and spaces around."""

    last_name: str
    first_names: tuple[str, ...]
    birth_date: date
    sex: str = "unknown"
    phone: str | None = None
    address: str | None = None
    postal_code: str | None = None
    member_id: str | None = None
    previous_last_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    id: UUID
    score: int
    band: Band


def plain(text: str | None) -> str:
    """Letters and digits in lower case."""
    return "".join(c for c in (text or "").casefold() if c.isalnum())


def digits(phone: str | None) -> str:
    """The last ten digits: with and without a country code compare equal."""
    return "".join(c for c in (phone or "") if c.isdigit())[-10:]


def same(one: str | None, other: str | None) -> bool:
    return bool(plain(one)) and plain(one) == plain(other)


def soundex(name: str) -> str:
    """American Soundex, four characters; letters outside a–z count as vowels."""
    letters = [c for c in name.casefold() if c.isalpha()]
    if not letters:
        return "0000"
    code, last = letters[0].upper(), SOUNDS.get(letters[0], "")
    for letter in letters[1:]:
        sound = SOUNDS.get(letter, "")
        if sound and sound != last:
            code += sound
        last = last if letter in "hw" else sound
    return (code + "000")[:4]


def is_swapped(one: date, other: date) -> bool:
    """Day and month changed places."""
    return one != other and one.year == other.year and (one.day, one.month) == (other.month, other.day)


def is_nickname(one: str, other: str) -> bool:
    pair = {plain(one), plain(other)}
    return any(pair <= names for names in NICKNAMES)


def score_birth_date(new: Person, known: Person) -> int:
    if new.birth_date == known.birth_date:
        return BIRTH_DATE
    return BIRTH_DATE_SWAPPED if is_swapped(new.birth_date, known.birth_date) else 0


def score_last_name(new: Person, known: Person, similarity: Similarity) -> int:
    if same(new.last_name, known.last_name):
        return LAST_NAME
    previous = any(same(new.last_name, name) for name in known.previous_last_names)
    previous = previous or any(same(known.last_name, name) for name in new.previous_last_names)
    if previous:
        return LAST_NAME_PREVIOUS
    return LAST_NAME_NEAR if similarity(plain(new.last_name), plain(known.last_name)) >= NEAR else 0


def score_first_name(new: Person, known: Person, similarity: Similarity) -> int:
    pairs = [(one, other) for one in new.first_names for other in known.first_names if plain(one) and plain(other)]
    if any(same(*pair) for pair in pairs):
        return FIRST_NAME
    near = any(is_nickname(*pair) or similarity(plain(pair[0]), plain(pair[1])) >= NEAR for pair in pairs)
    return FIRST_NAME_NEAR if near else 0


def is_same_address(new: Person, known: Person) -> bool:
    street = same(new.address, known.address)
    return street and (same(new.postal_code, known.postal_code) or not (new.postal_code and known.postal_code))


def score_address(new: Person, known: Person) -> int:
    return ADDRESS if is_same_address(new, known) or same(new.postal_code, known.postal_code) else 0


def score_sex(new: Person, known: Person) -> int:
    """A difference weighs little and never decides: people change it."""
    return SEX_DIFFERS if new.sex != known.sex and "unknown" not in (new.sex, known.sex) else 0


def score(new: Person, known: Person, similarity: Similarity) -> int:
    member = MEMBER_ID if same(new.member_id, known.member_id) else 0
    phone = PHONE if digits(new.phone) and digits(new.phone) == digits(known.phone) else 0
    return (
        member
        + phone
        + score_birth_date(new, known)
        + score_last_name(new, known, similarity)
        + score_first_name(new, known, similarity)
        + score_address(new, known)
        + score_sex(new, known)
    )


def may_be_twins(new: Person, known: Person, similarity: Similarity) -> bool:
    """Born the same day, same last name, same address, another first name."""
    return (
        new.birth_date == known.birth_date
        and same(new.last_name, known.last_name)
        and is_same_address(new, known)
        and score_first_name(new, known, similarity) < FIRST_NAME
    )


def band(points: int, *, twins: bool = False) -> Band:
    if points >= PROBABLE_FROM:
        return Band.POSSIBLE if twins else Band.PROBABLE
    return Band.POSSIBLE if points >= POSSIBLE_FROM else Band.NONE


def match(new: Person, known: Sequence[tuple[UUID, Person]], similarity: Similarity) -> tuple[Match, ...]:
    """Those who may be the same person, best first; who surely is not is left out."""
    found = []
    for client_id, person in known:
        points = score(new, person, similarity)
        found.append(Match(client_id, points, band(points, twins=may_be_twins(new, person, similarity))))
    return tuple(sorted((m for m in found if m.band is not Band.NONE), key=lambda m: (-m.score, m.id)))


def of_band(matches: Sequence[Match], wanted: Band) -> list[UUID]:
    return [m.id for m in matches if m.band is wanted]


def undecided(matches: Sequence[Match], decided: Sequence[UUID]) -> list[UUID]:
    """Probable duplicates that no person has decided on yet."""
    return [found for found in of_band(matches, Band.PROBABLE) if found not in decided]
