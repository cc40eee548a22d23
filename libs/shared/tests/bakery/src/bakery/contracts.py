"""What the bakery and its eaters tell each other: each command leaves one of each, so that all can be counted."""

from uuid import UUID

from shared.events import Event


class LoafBitten(Event, name="loaf.bitten.v1", aggregate="loaf_id", topic="bakery"):
    loaf_id: UUID
    client_id: UUID
    bite_id: UUID


class BitePraised(Event, name="bite.praised.v1", aggregate="bite_id", topic="bakery.restricted"):
    """On a topic of its own: may come before the bite itself, and waits for it then."""

    bite_id: UUID
    client_id: UUID


class CrumbsSwept(Event, name="crumbs.swept.v1", aggregate="loaf_id", topic="bakery"):
    loaf_id: UUID
    client_id: UUID
    bite_id: UUID


class BiteNoted(Event, name="bite.noted.v1", aggregate="loaf_id"):
    """Told back by whoever ate, on its own topic."""

    loaf_id: UUID
    client_id: UUID
    bite_id: UUID
