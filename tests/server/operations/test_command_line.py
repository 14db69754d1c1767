"""What the command line answers, in this process: done, not possible, or not understood."""

import gc
import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync_server.cli import main

OWNER = ("--email", "olga@example.org", "--name", "Olga", "--role", "owner")
PREFIX = "INTERVIEW_DESK_"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data directory of every command here; nothing has happened in it yet."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    directory = tmp_path / "server"
    monkeypatch.setenv(PREFIX + "DATA_DIR", str(directory))
    before = os.umask(0o022)
    yield directory
    os.umask(before)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("serve", "--port", "65536"),
        ("serve", "--port", "http"),
        ("serve", "--env-file", "/no/such/file"),
        ("serve", "--tls-cert", __file__),
        ("serve", "--tls-key", __file__),
        ("member", "add", "--email", "a@b.org", "--name", "A", "--role", "king"),
        ("pair",),
        ("inbox", "replay"),
        ("export", "everything"),
        ("member", "list", "--env-file", sys.executable),
        ("reconcile", "--since", "lately"),
        ("inbox", "list", "--since", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_wrong_usage_ends_with_two(
    data_dir: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
    assert not data_dir.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("pair", "--email", "x@example.org"), "Nobody in the team has this e-mail address."),
        (("member", "add", "--email", "no", "--name", "N", "--role", "owner"), "not an e-mail"),
        (("member", "add", "--email", "a@b.org", "--name", " ", "--role", "owner"), "a name"),
        (("migrate", "--to", "nonsense"), "There is no revision nonsense."),
        (("serve", "--port", "0", "--tls-cert", __file__, "--tls-key", __file__), "certificate"),
        (("serve", "--host", "no such host"), "Cannot listen"),
        (("restore", "no-such-file"), "There is no file"),
        (("backup", "no/such/directory/file"), "No such file"),
        (("transcript", "import", "--interview", "x", "/no/such"), ": /no/such: No such file or"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_ends_with_one(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_the_same_address_joins_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["member", "add", *OWNER]) == 0
    assert main(["member", "add", *OWNER]) == 1
    assert "in the team already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("inbox", "list", "--json"), ("inbox", "replay", "--failed"), ("export", "interviews")],
)
def test_commands_about_data_work_on_an_empty_directory(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("REFRESH_GRACE_SECONDS", "INTERVIEW_DESK_REFRESH_GRACE_SECONDS"),
        ("ENCRYPTION_KEYS", "INTERVIEW_DESK_ENCRYPTION_KEYS: An encryption key is 32 bytes"),
    ],
)
def test_settings_that_are_wrong_are_said_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    monkeypatch.setenv(PREFIX + name, "hunter2")
    assert main(["member", "list"]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "hunter2" not in said


def test_the_wrong_keys_are_noticed_at_once(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["member", "add", *OWNER]) == 0
    (data_dir / "keys.json").unlink()
    assert main(["serve", "--port", "0"]) == 1
    assert "sealed with a key that is not here" in capsys.readouterr().err


def test_data_that_cannot_be_read_is_said_with_what_to_look_at(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["member", "add", *OWNER]) == 0
    file = data_dir / "interview-desk.db"
    whole = file.read_bytes()
    capfd.readouterr()
    monkeypatch.setenv(PREFIX + "DATABASE_KEY", "another key")
    assert main(["member", "list"]) == 1
    said = capfd.readouterr().err
    assert said.startswith(f"interview-desk-server: {file} cannot be read. ")
    assert "INTERVIEW_DESK_DATABASE_KEY" in said
    assert said.count("\n") == 1
    assert file.read_bytes() == whole


def test_a_disk_that_takes_no_more_is_said_with_what_to_do(
    data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        assert main(["member", "list"]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said = capfd.readouterr().err
    assert f"written to {data_dir / 'interview-desk.db'}, which is as it was." in said
    assert said.count("\n") == 1
    assert main(["member", "add", *OWNER]) == 0


def test_a_database_elsewhere_that_does_not_answer_is_said_with_what_to_look_at(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"postgresql+psycopg://desk:hunter2@/desk?host={data_dir}"
    monkeypatch.setenv(PREFIX + "DATABASE_URL", address)
    assert main(["member", "list"]) == 1
    said = capsys.readouterr().err
    assert "INTERVIEW_DESK_DATABASE_URL" in said
    assert "hunter2" not in said


def test_data_of_a_newer_version_is_left_alone(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["member", "add", *OWNER]) == 0
    with closing(sqlite3.connect(data_dir / "interview-desk.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (["serve", "--port", "0"], ["member", "list"], ["migrate", "--to", "base"]):
        assert main(command) == 1
        assert "of a newer version of this server (its revision is 9999)" in capsys.readouterr().err
    with closing(sqlite3.connect(data_dir / "interview-desk.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_settings_come_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "server.env"
    file.write_text("INTERVIEW_DESK_PUBLIC_URL=https://desk.example.org\n")
    assert main(["member", "add", *OWNER]) == 0
    capsys.readouterr()
    asked = ["pair", "--email", "olga@example.org", "--json", "--env-file", str(file)]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["server_url"] == "https://desk.example.org"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A=1\n\nhunter2\nB=2\n", "line 3: there is no ="),
        ("# first\n\n\n  hunter2 and more\n", "line 4: there is no ="),
        ("export hunter2\n", "line 1: there is no ="),
        ("A='two\nlines'\nhunter2", "line 3: there is no ="),
        ("A=1\nB='hunter2\nC=3\n", "line 2: this is no setting"),
        ("hunter2 B=1\n", "line 1: this is no setting"),
        ("=hunter2\n", "line 1: this is no setting"),
    ],
)
def test_a_line_of_the_file_that_sets_nothing_is_named_but_not_repeated(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, text: str, said: str
) -> None:
    file = tmp_path / "server.env"
    file.write_text(text)
    for command in (["serve", "--port", "0"], ["member", "list"]):
        assert main([*command, "--env-file", str(file)]) == 1
        sentence = capsys.readouterr().err
        assert f"{file}, {said}" in sentence
        assert "hunter2" not in sentence
    assert not data_dir.exists()


def test_remarks_empty_values_and_quotes_are_no_mistakes_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "server.env"
    file.write_text("\n# a remark\nA=\nexport B=2 # another\n C = '3\n4'\nD=\"#5\"\n\n")
    assert main(["member", "list", "--json", "--env-file", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("INTERVIEW_DESK_CALCOM_API_KY", "INTERVIEW_DESK_CALCOM_API_KEY"),
        ("interview_desk_webhook_secret", "INTERVIEW_DESK_RESEND_WEBHOOK_SECRET"),
        ("INTERVIEW_DESK_DATA", "INTERVIEW_DESK_DATA_DIR"),
        ("INTERVIEW_DESK_XQ", None),
    ],
)
def test_a_name_in_the_file_that_is_no_setting_is_told_with_the_nearest_that_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, name: str, meant: str | None
) -> None:
    file = tmp_path / "server.env"
    file.write_text(f"{name}=hunter2\n{name}=again\nINTERVIEW_DESK_LOG_LEVEL=error\nCALCOM_KEY=1\n")
    told = f"{file} sets {name}, which is no setting and is passed over."
    hint = f" Did you mean {meant}?" if meant else ""
    assert main(["member", "list", "--json", "--env-file", str(file)]) == 0
    said = capsys.readouterr()
    assert said.err == f"interview-desk-server: {told}{hint}\n"
    assert json.loads(said.out) == []


def test_of_the_environment_only_a_slip_in_one_of_our_names_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The desk's own folder, what a cluster says of a service by our name, and other programs'.
    others = (
        "INTERVIEW_DESK_DATA",
        "INTERVIEW_DESK_SERVICE_HOST",
        "INTERVIEW_DESK_PORT",
        "INTERVIEW_DESK_DATABASE_PORT",
    )
    for name in others:
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("OTHER_INTERVIEW_DESK_MAIL_FORM", "hunter2")
    monkeypatch.setenv("INTERVIEW_DESK_MAIL_FORM", "hunter2")
    # Also where the server then does not start.
    assert main(["serve", "--host", "no such host"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first == (
        "interview-desk-server: The environment sets INTERVIEW_DESK_MAIL_FORM, which is no setting "
        "and is passed over. Did you mean INTERVIEW_DESK_MAIL_FROM?"
    )
    assert "Cannot listen" in second


@pytest.mark.parametrize("place", ["a file/mail", "a file"])
def test_a_folder_for_mail_that_cannot_be_written_is_said_before_the_first_mail(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("INTERVIEW_DESK_MAIL_FOLDER", str(tmp_path / place))
    assert main(["serve", "--port", "0"]) == 1
    said = capsys.readouterr().err
    assert f"INTERVIEW_DESK_MAIL_FOLDER: {tmp_path / place} cannot be written (" in said
    for about_mail in (["on"], ["dry-run", "s", "g"]):
        assert main(["mail", *about_mail]) == 1
        assert capsys.readouterr().err == said
    # Turning mail off is never refused.
    assert main(["mail", "off"]) == 0
    # Who only looks after the server does not need it.
    assert main(["member", "list"]) == 0


def test_people_read_a_code_with_its_link(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["member", "add", *OWNER]) == 0
    assert main(["pair", "--email", "olga@example.org"]) == 0
    assert main(["member", "list"]) == 0
    said = capsys.readouterr().out
    assert "Olga <olga@example.org> is in the team as owner." in said
    assert "interviewdesk://pair?server=http%3A%2F%2F127.0.0.1%3A8787&code=" in said


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_is_spared_what_was_loaded_and_goes_on_as_it_did(
    data_dir: Path, *, collecting: bool
) -> None:
    was = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    gc.unfreeze()
    try:
        assert main(["member", "list"]) == 0
        assert gc.isenabled() is collecting
        assert gc.get_freeze_count() > 10_000
    finally:
        (gc.enable if was else gc.disable)()


def test_all_mail_is_turned_off_and_on_with_one_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "off"]) == 0
    assert "nothing leaves, and what is queued is held" in capsys.readouterr().out
    assert main(["mail", "on"]) == 0
    assert main(["mail", "defaults"]) == 0
    assert "publish it" in capsys.readouterr().out
    assert main(["mail", "dry-run", "After the interview", "nobody"]) == 1
    assert "There is no guest nobody." in capsys.readouterr().err


def test_who_reads_only_the_beginning_of_an_answer_hears_no_complaint() -> None:
    assert main(["member", "add", *OWNER]) == 0
    asked = f"{sys.executable} -m sync_server export audit"
    done = subprocess.run(
        ["sh", "-c", f"({asked}; echo ended $? >&2) | true"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "ended 0\n"


def test_an_answer_that_cannot_be_written_is_said_so() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sync_server", "member", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left" in done.stderr
