from gateway.neighbours import Services
from gateway.schemas.documents import ServiceHealth, ServicesHealth


async def check_services(services: Services) -> ServicesHealth:
    """Which services are ready, the gateway among them."""
    found = await services.each(services.readiness)
    each = {name: ServiceHealth(ready=ready, detail=detail) for name, (ready, detail) in found.items()}
    return ServicesHealth(ready=all(one.ready for one in each.values()), services=each)
