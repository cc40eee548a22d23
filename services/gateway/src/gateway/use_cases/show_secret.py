from gateway.models import PartnerApp
from gateway.schemas.partner_apps import PartnerAppOut, PartnerAppSecret


def show_secret(app: PartnerApp, secret: str | None) -> PartnerAppSecret:
    return PartnerAppSecret(**PartnerAppOut.model_validate(app).model_dump(), client_secret=secret)
