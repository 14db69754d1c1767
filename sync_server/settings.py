"""What an operator may set: environment variables, or the same names in a file."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

Network = IPv4Network | IPv6Network
_SecretList = Annotated[tuple[SecretStr, ...], NoDecode]
_NetworkList = Annotated[tuple[Network, ...], NoDecode]


# One address, or a name on one line and the address in angle brackets.
_ADDRESS = r"[^\s@<>,;]+@[^\s@<>,;]+"
_MAILBOX = re.compile(rf"{_ADDRESS}|[^<>]*<{_ADDRESS}>")
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


def _leads_somewhere(url: str, *schemes: str) -> bool:
    """Whether `url` has one of the schemes, a host, and a port that can be one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _items(value: object) -> list[str]:
    return [item for part in str(value).split(",") if (item := part.strip())]


class Settings(BaseSettings):
    """The server's settings; secrets are never in its `repr` or in an error about it."""

    model_config = SettingsConfigDict(
        env_prefix="INTERVIEW_DESK_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(default_factory=lambda: user_data_path("interview-desk-server"))
    # A PostgreSQL address may hold a password.
    database_url: SecretStr | None = None
    database_key: SecretStr | None = None
    encryption_keys: _SecretList = ()
    public_url: str | None = None

    calcom_webhook_secrets: _SecretList = ()
    calcom_api_key: SecretStr | None = None
    calcom_base_url: str = "https://api.cal.com"
    calcom_reconcile_seconds: int = Field(default=300, ge=1)
    calcom_allowed_networks: _NetworkList = ()

    resend_api_key: SecretStr | None = None
    resend_base_url: str = "https://api.resend.com"
    resend_webhook_secret: SecretStr | None = None
    mail_from: str | None = None
    # Where Resend takes in mail for us: only then are replies seen.
    mail_replies_to: str | None = None
    # For those without Resend: smtp(s)://user:password@host:port, or a folder for .eml files.
    mail_smtp_url: SecretStr | None = None
    mail_folder: Path | None = None
    # In any 24 hours, and in a second.
    mail_per_day: int = Field(default=50, ge=0)
    mail_per_second: float = Field(default=2.0, gt=0)

    trusted_proxies: _NetworkList = ()
    refresh_grace_seconds: int = Field(default=30, ge=0)
    # A device that was away longer begins anew; until then it is told what was deleted.
    horizon_days: int = Field(default=90, ge=1)
    # From the end of the interview on; None for as long as the interview.
    recordings_kept_days: int | None = Field(default=None, ge=1, le=36_500)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("encryption_keys", "calcom_webhook_secrets", mode="before")
    @classmethod
    def _secrets(cls, value: object) -> object:
        return tuple(map(SecretStr, _items(value))) if isinstance(value, str) else value

    @field_validator("calcom_allowed_networks", "trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(ip_network(item, strict=False) for item in _items(value))

    @field_validator("database_url")
    @classmethod
    def _supported(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        if not value.get_secret_value().startswith(_DATABASES):
            message = "should begin with sqlite:/// or postgresql+psycopg://"
            raise ValueError(message)
        try:
            make_url(value.get_secret_value())
        except (ArgumentError, ValueError):
            # It may hold a password, so what it says is not repeated.
            message = "should be an address such as postgresql+psycopg://user@host:5432/name"
            raise ValueError(message) from None
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("public_url", "calcom_base_url", "resend_base_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not _leads_somewhere(value, "https", "http"):
            raise ValueError("should be an address such as https://desk.example.org")
        return value.rstrip("/")

    @field_validator("mail_from", "mail_replies_to")
    @classmethod
    def _a_mailbox(cls, value: str | None) -> str | None:
        if value is None:
            return None
        value = value.strip()
        if not value.isprintable() or not _MAILBOX.fullmatch(value):
            raise ValueError("should be an e-mail address such as Name <desk@example.org>")
        return value

    @field_validator("mail_smtp_url")
    @classmethod
    def _a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _leads_somewhere(value.get_secret_value(), "smtp", "smtps"):
            # It may hold a password, so what it says is not repeated.
            raise ValueError("should be an address such as smtp://user:password@host:587")
        return value

    @field_validator("calcom_api_key", "resend_api_key", "resend_webhook_secret")
    @classmethod
    def _in_one_piece(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            maker = "Cal.com" if info.field_name == "calcom_api_key" else "Resend"
            raise ValueError(f"should be as {maker} shows it, in one piece")
        return SecretStr(key)

    @field_validator("calcom_base_url")
    @classmethod
    def _without_version(cls, value: str) -> str:
        # As Cal.com's pages show it, but our paths begin with it.
        return value.removesuffix("/v2")

    @property
    def sqlite_path(self) -> Path:
        """The file of the embedded database, where that is what is used."""
        if self.database_url is not None:
            url = self.database_url.get_secret_value()
            if url.startswith("sqlite:///"):
                return Path(url.removeprefix("sqlite:///"))
        return self.data_dir / "interview-desk.db"

    @property
    def postgres_url(self) -> str | None:
        """The address of the PostgreSQL database, or None for the embedded one."""
        if self.database_url is None:
            return None
        url = self.database_url.get_secret_value()
        return None if url.startswith("sqlite:") else url
