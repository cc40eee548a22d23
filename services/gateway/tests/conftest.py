import pytest
from shared.testing import *  # noqa: F403

SERVICE = "gateway"


@pytest.fixture
def operator(token):
    """The headers of whoever runs the installation: of no agency."""
    made = token("agencies:read", "agencies:write", roles=("operator",), reach="none", agency_id=None)
    return {"Authorization": f"Bearer {made}"}
