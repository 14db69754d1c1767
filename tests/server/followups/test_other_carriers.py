"""Mail without Resend: a mail server of one's own, or a folder of files."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pydantic import SecretStr

from sync_server.followups.gateways.folder import FolderCarrier
from sync_server.followups.gateways.smtp import SmtpCarrier
from sync_server.followups.letters import Letter
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Refused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LETTER = Letter(
    key="seq/e1/thanks",
    message_id="m1",
    sender="Team <team@desk.example>",
    to="mara@startup.example",
    subject="Danke für alles",
    text="Grüße",
    html="<p>Grüße</p>",
    reply_to="in@desk.example",
    headers={"List-Unsubscribe": "<https://desk.example/u/t>"},
)


class MailServer:
    """Speaks just enough SMTP; `answers` are what it says to the commands, by their first word."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.heard: list[str] = []
        self.mails: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            self.heard.append(line.decode())
            word = line.decode().split()[0].upper()
            said = self.answers.get(word, "354 go on" if word == "DATA" else "250 fine")
            if said == "hang up":
                break
            writer.write(said.encode() + b"\r\n")
            if said.startswith("354"):
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                said = self.answers.get("END", "250 taken")
                if said == "hang up":
                    break
                writer.write(said.encode() + b"\r\n")
        writer.close()


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    fake = MailServer()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield fake
    server.close()
    await server.wait_closed()


async def test_a_mail_server_gets_the_letter_whole(mail_server: MailServer) -> None:
    carrier = SmtpCarrier(SecretStr(mail_server.url))
    outcome = await carrier.carry(LETTER)
    message = message_from_bytes(mail_server.mails[0], policy=default)
    assert outcome == Accepted(message["Message-ID"])
    assert message["Subject"] == "Danke für alles"
    assert message["Reply-To"] == "in@desk.example"
    assert abs(message["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=1)
    assert message["List-Unsubscribe"] == "<https://desk.example/u/t>"
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    carrier.close()


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"RCPT": "550 no such user"}, Refused),
        ({"RCPT": "451 try later"}, NotTaken),
        ({"MAIL": "530 sign in first"}, Refused),
        ({"END": "554 unwanted"}, Refused),
        ({"END": "hang up"}, Lost),
        ({"EHLO": "hang up"}, NotTaken),
    ],
)
async def test_what_a_mail_server_answers_is_told_apart(
    mail_server: MailServer, answers: dict[str, str], kind: type[object]
) -> None:
    mail_server.answers = answers
    assert isinstance(await SmtpCarrier(SecretStr(mail_server.url)).carry(LETTER), kind)


async def test_a_mail_server_that_is_away_or_wants_another_password_takes_nothing(
    mail_server: MailServer,
) -> None:
    away = SmtpCarrier(SecretStr("smtp://127.0.0.1:9"))
    assert isinstance(await away.carry(LETTER), NotTaken)
    secret = SmtpCarrier(SecretStr(mail_server.url.replace("//", "//me:secret@")))
    outcome = await secret.carry(LETTER)
    assert isinstance(outcome, NotTaken)
    assert "secret" not in outcome.why
    assert isinstance(await away.look_up(LETTER, NOW), Lost)


async def test_a_password_is_not_sent_where_others_could_read_it(mail_server: MailServer) -> None:
    mail_server.answers = {"EHLO": "250-hello\r\n250 AUTH PLAIN", "AUTH": "235 welcome"}
    here = mail_server.url.replace("//", "//me:secret@")
    # A name that may be anybody's, though it leads here.
    there = here.replace("127.0.0.1", "127.1")
    outcome = await SmtpCarrier(SecretStr(there)).carry(LETTER)
    assert isinstance(outcome, NotTaken)
    assert "no encryption" in outcome.why
    assert not any(line.startswith("AUTH") for line in mail_server.heard)
    assert isinstance(await SmtpCarrier(SecretStr(here)).carry(LETTER), Accepted)
    assert any(line.startswith("AUTH") for line in mail_server.heard)


async def test_an_address_that_the_mail_server_cannot_write_is_refused(
    mail_server: MailServer,
) -> None:
    letter = replace(LETTER, to="jürgen@startup.example")
    outcome = await SmtpCarrier(SecretStr(mail_server.url)).carry(letter)
    assert isinstance(outcome, Refused)
    assert mail_server.mails == []


async def test_a_folder_holds_each_letter_once(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path / "mail")
    assert isinstance(await carrier.look_up(LETTER, NOW), Lost)
    assert not (tmp_path / "mail").exists()
    first = await carrier.carry(LETTER)
    assert await carrier.look_up(LETTER, NOW) == first
    await carrier.carry(replace(LETTER, key="seq/e1/other"))
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    assert message["To"] == "mara@startup.example"
    carrier.close()


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    outcome = await FolderCarrier(tmp_path / "mail").carry(LETTER)
    assert isinstance(outcome, NotTaken)
    assert outcome.why.startswith("The folder for mail cannot be written")
