"""A platform that is ended and started again: nothing is left running, and all of it is still there."""

import psutil
import pytest
from trellis.api import Gateway
from trellis.layout import Layout
from trellis.stack import Stack, platform

ZONE = "America/Chicago"


@pytest.fixture
def elsewhere(new_layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return Layout(
        new_layout.home, new_layout.port + 50, new_layout.kafka, state_folder=tmp_path_factory.mktemp("again")
    )


def test_it_comes_back_with_everything_and_leaves_no_process(elsewhere: Layout) -> None:
    with platform(elsewhere) as stack:
        before = everybody(stack)
        with Gateway(elsewhere.gateway_url) as gateway:
            opened = open_agency(gateway, stack)
            clinic = gateway.person("cedar", "administrator").post("/v1/clinics", {"name": "Cedar Sample Clinic"})["id"]
            gateway.advance("P2D")
            then = gateway.now()
    assert still_there(before) == []

    with platform(elsewhere) as stack, Gateway(elsewhere.gateway_url) as gateway:
        after = everybody(stack)
        administrator = gateway.person("cedar", "administrator")
        assert [each["id"] for each in administrator.get("/v1/clinics").items] == [clinic]
        assert gateway.now() >= then
        assert inquire(gateway, opened, clinic) == "new"
    assert still_there(after) == []


def open_agency(gateway: Gateway, stack: Stack) -> str:
    operator = gateway.app("operator", stack.book.operator_secret)
    body = {"name": "Cedar Sample Care", "slug": "cedar", "timezone": ZONE, "administrator": "administrator"}
    return str(operator.post("/v1/agencies", body)["id"])


def inquire(gateway: Gateway, agency: str, clinic: str) -> str:
    """What intake knows of the clinic came by an event of the first run; a user of this run signs in."""
    administrator = gateway.person("cedar", "administrator")
    administrator.post("/v1/users", {"username": "intake-coordinator", "roles": ["intake_coordinator"]})
    asked = {
        "clinic_id": clinic,
        "channel": "phone",
        "reason": "Sample reason.",
        "callback": {"ok_to_call": True},
    }
    return str(gateway.person("cedar", "intake-coordinator").post("/v1/inquiries", asked)["status"])


def everybody(stack: Stack) -> list[psutil.Process]:
    """Every process of the platform and what each of them started."""
    return [one for child in stack.children for one in (p := psutil.Process(child.pid), *p.children(recursive=True))]


def still_there(processes: list[psutil.Process]) -> list[str]:
    _, alive = psutil.wait_procs(processes, timeout=1)
    return [str(process) for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
