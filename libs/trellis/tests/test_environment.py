import base64
import json
import stat
from pathlib import Path

import pytest
from trellis.environment import of_service, of_setup
from trellis.layout import SERVICES, Layout
from trellis.secretbook import SecretBook, open_secrets, path_of


def test_a_service_is_told_its_own_secrets_only() -> None:
    layout, book = Layout(Path("/clone")), SecretBook()
    told = json.dumps(of_service(layout, book, "intake"))
    strangers = [
        word for service in SERVICES if service != "intake" for word in book.database_passwords[service].values()
    ]
    assert not [word for word in (*strangers, book.postgres_password, book.operator_secret) if word in told]


def test_only_the_set_up_of_a_database_knows_the_superuser() -> None:
    layout, book = Layout(Path("/clone")), SecretBook()
    assert "TRELLIS_DATABASE_URL" not in of_service(layout, book, "intake")
    assert book.postgres_password in of_setup(layout, book, "intake")["TRELLIS_DATABASE_URL"]


def test_how_to_come_in_at_a_broker_of_yours_is_passed_on_and_ours_is_told_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    yours = Layout(Path("/clone"), bootstrap_servers="kafka:9093")
    assert of_service(yours, SecretBook(), "intake")["KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
    assert "KAFKA_SECURITY_PROTOCOL" not in of_service(Layout(Path("/clone")), SecretBook(), "intake")


def test_the_database_is_named_after_the_package() -> None:
    told = of_service(Layout(Path("/clone")), SecretBook(), "clinical-records")
    assert told["CLINICAL_RECORDS_DATABASE_URL"] == "postgresql://127.0.0.1:8090/clinical_records"
    assert told["CLINICAL_RECORDS_PORT"] == "8082"


def test_secrets_are_made_once_and_read_by_their_owner_only(tmp_path: Path) -> None:
    first = open_secrets(tmp_path)
    assert open_secrets(tmp_path) == first
    assert stat.S_IMODE(path_of(tmp_path).stat().st_mode) == 0o600
    assert len(base64.b64decode(first.master_key)) == 32
