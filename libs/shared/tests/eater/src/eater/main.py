"""Eats what the bakery tells of, and tells it back."""

import asyncio
from uuid import UUID

import sqlalchemy as sa
from bakery.contracts import BiteNoted, BitePraised, CrumbsSwept, LoafBitten
from shared.app import create_app
from shared.consumer import handlers, on
from shared.db import Transaction, uuid7
from shared.errors import Early

from eater.models import Meal
from eater.settings import Settings

BITES = sa.select(Meal).where(Meal.bite_id == sa.bindparam("bite_id"), Meal.what == "loaf.bitten")


async def on_loaf_bitten(tx: Transaction, event: LoafBitten) -> None:
    settings: Settings = app.state.settings
    if event.loaf_id == settings.upset_by:
        raise ValueError("This eater's code has a mistake.")
    await asyncio.sleep(settings.seconds_per_bite)
    await tx.add(meal(tx, event.bite_id, "loaf.bitten"))
    await tx.supply(f"bite:{event.bite_id}")
    tx.audit("bite.note", subject=event.client_id, resource=event.bite_id, by=tx.by)
    tx.publish(BiteNoted(loaf_id=event.loaf_id, client_id=event.client_id, bite_id=event.bite_id))


async def on_bite_praised(tx: Transaction, event: BitePraised) -> None:
    if not await tx.fetch_all(Meal, BITES, bite_id=event.bite_id):
        raise Early(f"bite:{event.bite_id}")
    await tx.add(meal(tx, event.bite_id, "bite.praised"))


async def on_crumbs_swept(tx: Transaction, event: CrumbsSwept) -> None:
    await tx.add(meal(tx, event.bite_id, "crumbs.swept"))


def meal(tx: Transaction, bite: UUID, what: str) -> Meal:
    """With an id by chance, so that a second effect of one event stands beside the first."""
    return Meal(id=uuid7(), bite_id=bite, event_id=tx.cause or bite, what=what)


app = create_app(
    "eater",
    Settings(),
    handlers=handlers(
        on(LoafBitten, on_loaf_bitten), on(BitePraised, on_bite_praised), on(CrumbsSwept, on_crumbs_swept)
    ),
)
