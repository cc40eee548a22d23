from rapidfuzz.distance import JaroWinkler
from shared.db import Transaction

from intake import queries
from intake.models import Client
from intake.rules.matching import Match, Person, match


def person_of(client: Client) -> Person:
    address = client.address or {}
    names = (client.legal_first_name, client.name_to_use)
    return Person(
        last_name=client.legal_last_name,
        first_names=tuple(name for name in names if name),
        birth_date=client.date_of_birth,
        sex=client.administrative_sex,
        phone=client.phone,
        address=address.get("line1"),
        postal_code=address.get("postal_code"),
        member_id=client.member_id,
        previous_last_names=tuple(client.previous_last_names),
    )


async def find_duplicates(tx: Transaction, client: Client) -> tuple[Match, ...]:
    """Whoever in the agency may be this person, best first."""
    known = [(found.id, person_of(found)) for found in await queries.list_candidates(tx, client)]
    return match(person_of(client), known, JaroWinkler.similarity)
