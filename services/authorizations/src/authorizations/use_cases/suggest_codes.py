from shared.auth import Principal

from authorizations.errors import ServiceUnknown
from authorizations.rules.service_codes import canonical, collides, suggest
from authorizations.schemas import CodeLineOut, CodeQuestion, CodeSuggestion


async def suggest_codes(asked: CodeQuestion, *, by: Principal) -> CodeSuggestion:
    """The same rule that a charge is coded by, for anyone to try."""
    service = canonical(asked.service_kind)
    if service is None:
        raise ServiceUnknown("This kind is no service to a payer.", pointer="/service_kind")
    found = suggest(
        service,
        asked.minutes,
        asked.service_date,
        client_present=asked.client_present,
        interactive=asked.interactive_complexity,
        scheme=asked.code_scheme,
        rounding=asked.rounding,
    )
    return CodeSuggestion(
        code=found.code,
        lines=tuple(CodeLineOut.model_validate(line) for line in found.lines),
        reason=found.reason,
        refused_add_ons=found.refused,
        collides_same_day=bool(found.code) and collides(found.code or "", asked.other_codes_same_day),
    )
