"""What an operator may set, and that secrets stay secret."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from sync_server.settings import Settings

PREFIX = "INTERVIEW_DESK_"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


def test_without_anything_set_the_database_is_a_file_in_the_data_directory() -> None:
    settings = Settings()
    assert settings.postgres_url is None
    assert settings.sqlite_path == settings.data_dir / "interview-desk.db"
    assert "interview-desk-server" in str(settings.data_dir)
    assert (settings.refresh_grace_seconds, settings.calcom_reconcile_seconds) == (30, 300)


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "CALCOM_WEBHOOK_SECRETS", "current, previous,")
    monkeypatch.setenv(PREFIX + "TRUSTED_PROXIES", "10.1.2.3/8,192.0.2.1")
    settings = Settings()
    secrets = [secret.get_secret_value() for secret in settings.calcom_webhook_secrets]
    assert secrets == ["current", "previous"]
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.1"))


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "DATABASE_URL", "")
    assert Settings().postgres_url is None


def test_a_file_holds_the_same_names_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "server.env"
    file.write_text(
        f"{PREFIX}PUBLIC_URL=https://desk.example.org/\n"
        f"{PREFIX}LOG_LEVEL=debug\n{PREFIX}CALCOM_API_KEY=from-file\nOTHER=ignored\n"
    )
    monkeypatch.setenv(PREFIX + "LOG_LEVEL", "error")
    settings = Settings(_env_file=file)
    assert settings.public_url == "https://desk.example.org"
    assert settings.log_level == "ERROR"
    assert settings.calcom_api_key is not None
    assert settings.calcom_api_key.get_secret_value() == "from-file"


def test_addresses_of_both_databases_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "DATABASE_URL", "sqlite:////srv/desk.db")
    assert Settings().sqlite_path == Path("/srv/desk.db")
    assert Settings().postgres_url is None
    monkeypatch.setenv(PREFIX + "DATABASE_URL", "postgresql+psycopg://u:pw@h/d")
    assert Settings().postgres_url == "postgresql+psycopg://u:pw@h/d"
    assert Settings().sqlite_path.name == "interview-desk.db"


@pytest.mark.parametrize("url", ["mysql://u:hidden@h/d", "hidden", "postgresql+asyncpg://h/hidden"])
def test_a_database_that_is_not_supported_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(PREFIX + "DATABASE_URL", url)
    with pytest.raises(ValidationError, match="postgresql") as refused:
        Settings()
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:hidden@h:port/d", "postgresql+psycopg://hidden@[::1/d", "sqlite:desk.db"],
)
def test_an_address_of_a_database_that_cannot_be_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(PREFIX + "DATABASE_URL", url)
    with pytest.raises(ValidationError, match="should be") as refused:
        Settings()
    assert "hidden" not in str(refused.value)


def test_no_secret_is_ever_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = {
        "DATABASE_URL": "postgresql+psycopg://u:hunter2@h/d",
        "DATABASE_KEY": "hunter2",
        "ENCRYPTION_KEYS": "hunter2,hunter2",
        "CALCOM_WEBHOOK_SECRETS": "hunter2",
        "CALCOM_API_KEY": "hunter2",
        "RESEND_API_KEY": "hunter2",
        "RESEND_WEBHOOK_SECRET": "hunter2",
    }
    for name, value in planted.items():
        monkeypatch.setenv(PREFIX + name, value)
    settings = Settings()
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)
    assert "hunter2" not in settings.model_dump_json()


def test_a_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "CALCOM_RECONCILE_SECONDS", "hunter2")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "calcom_reconcile_seconds" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_address_of_cal_com_is_taken_with_or_without_its_version() -> None:
    for written in ("https://cal.example.org/", "https://cal.example.org/v2/"):
        settings = Settings.model_validate({"calcom_base_url": written})
        assert settings.calcom_base_url == "https://cal.example.org"
    with pytest.raises(ValidationError, match="should be an address such as"):
        Settings.model_validate({"calcom_base_url": "api.cal.com"})


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("calcom_api_key", "Cal.com"),
        ("resend_api_key", "Resend"),
        ("resend_webhook_secret", "Resend"),
    ],
)
def test_a_key_is_taken_without_what_was_copied_with_it(name: str, maker: str) -> None:
    key = getattr(Settings.model_validate({name: " live_1234\n"}), name)
    assert key.get_secret_value() == "live_1234"
    for odd in ("live_1\n234", "live_é", "Bearer live_1234"):
        with pytest.raises(ValidationError, match=f"as {maker} shows it, in one piece") as wrong:
            Settings.model_validate({name: odd})
        assert odd not in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "desk.example.org"),
        ("public_url", "https://"),
        ("resend_base_url", "ftp://api.example.org"),
        ("calcom_base_url", "https://[::1/v2"),
        ("mail_from", "Interview Desk"),
        ("mail_from", "Desk <desk@example.org>\nBcc: other@example.org"),
        ("mail_from", "Desk\r\nX: y <desk@example.org>"),
        ("mail_from", "desk@example.org, other@example.org"),
        ("mail_from", "Desk <desk@example.org>, Other <other@example.org>"),
        ("mail_replies_to", "replies@"),
        ("mail_smtp_url", "https://hidden@mail.example.org"),
        ("mail_smtp_url", "smtp://hidden@mail.example.org:port"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_before_the_server_starts(
    name: str, value: str
) -> None:
    with pytest.raises(ValidationError, match=f"{name}\n.*such as") as refused:
        Settings.model_validate({name: value})
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "least", "refused"),
    [
        ("calcom_reconcile_seconds", 1, 0),
        ("mail_per_day", 0, -1),
        ("mail_per_second", 0.1, 0),
        ("refresh_grace_seconds", 0, -1),
        ("horizon_days", 1, 0),
        ("recordings_kept_days", 1, 0),
        ("recordings_kept_days", 36_500, 36_501),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused(name: str, least: float, refused: float) -> None:
    assert getattr(Settings.model_validate({name: least}), name) == least
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: refused})


def test_addresses_that_lead_somewhere_are_taken() -> None:
    settings = Settings.model_validate(
        {
            "public_url": "http://127.0.0.1:8787/",
            "mail_from": "Interviews, Berlin <desk@localhost>",
            "mail_smtp_url": "smtps://user:hidden@mail.example.org",
            "mail_replies_to": " replies@example.org\n",
        }
    )
    assert settings.public_url == "http://127.0.0.1:8787"
    assert settings.mail_from == "Interviews, Berlin <desk@localhost>"
    assert settings.mail_replies_to == "replies@example.org"
    assert settings.mail_smtp_url is not None
