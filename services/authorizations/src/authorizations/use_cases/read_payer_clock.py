from shared.auth import Principal

from authorizations.rules.clocks import payer_clock
from authorizations.schemas import ClockAnswer, ClockQuestion


async def read_payer_clock(asked: ClockQuestion, *, by: Principal) -> ClockAnswer:
    """The same rule that starts the clock of a request, for anyone to try."""
    return ClockAnswer.model_validate(
        payer_clock(
            asked.payer_type,
            asked.priority,
            asked.received_at,
            is_extended=asked.is_extended,
            contract_hours=asked.contract_hours,
        )
    )
