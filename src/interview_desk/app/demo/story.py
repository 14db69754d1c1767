"""The main job from the first booking to the last character, step by step."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from interview_desk.app.demo import bookings
from interview_desk.app.demo.desk_process import DeskProcess
from interview_desk.app.demo.report import Report, StepFailed
from interview_desk.app.demo.server import DemoServer

BEFORE = {
    "context": "Ada runs operations at Lumen, eleven people. Switched in March. 🧾",
    "first_thought": "The Friday the rota was wrong twice. “I sat in the car park and cried.”",
}
DURING = {
    "passive_looking": "Kept the sheet, added a second one to check the first. Ünal said: wait.",
}
AFTER_THE_LOSS = " And then the network went, and Ada went on talking."


def play(data: Path, out: Path) -> Report:
    """Play the whole main job without a display; the report says what was really seen."""
    report = Report(out)
    now = datetime.now(UTC)
    main = bookings.story(now)[0]
    titles = [booking.title for booking in bookings.story(now)]
    with (
        DemoServer(data / "server") as server,
        DeskProcess(data / "mara", out, secrets.token_bytes(32)) as desk,
        DeskProcess(data / "jonas", out, secrets.token_bytes(32)) as second,
    ):
        main_delivery = _open_house(report, server, now)
        _first_sight(report, server, desk, main_delivery, titles)
        _join(report, desk, main)
        _capture(report, desk, main)
        typed = _lose_the_network(report, server, desk)
        lost = _crash(report, desk, main, typed)
        _reunite(report, server, desk)
        lost += _colleague(report, server, second, main, typed)
        report.figures["lost_characters"] = lost
        report.figures["typed_characters"] = sum(map(len, typed.values()))
    report.finish()
    return report


def _open_house(report: Report, server: DemoServer, now: datetime) -> bookings.Delivery:
    with report.step("the server starts on an embedded database") as evidence:
        server.start()
        evidence["address"], evidence["process"] = server.address, server.process_id
    with report.step("two members join the team") as evidence:
        for (name, email), role in (
            (bookings.HOST, "owner"),
            (bookings.COLLEAGUE, "interviewer"),
        ):
            server.add_member(name, email, role)
        evidence["members"] = [bookings.HOST[0], bookings.COLLEAGUE[0]]
    *earlier, newest = bookings.deliveries(now, server.webhook_secret)
    with report.step("Cal.com's signed webhooks arrive over HTTP") as evidence:
        evidence["answers"] = {delivery.name: server.deliver(delivery) for delivery in earlier}
        if set(evidence["answers"].values()) != {"accepted"}:
            raise StepFailed(f"not every booking was accepted: {evidence['answers']}")
    return newest


def _first_sight(
    report: Report,
    server: DemoServer,
    desk: DeskProcess,
    newest: bookings.Delivery,
    titles: list[str],
) -> None:
    main = titles[0]
    with report.step("the desk starts and is paired by code") as evidence:
        evidence.update(desk.start())
        code = server.pairing_code(bookings.HOST[1])
        evidence.update(desk.ask("pair", server=server.address, code=code))
        evidence.update(desk.ask("wait_until_synced"))
        evidence.update(desk.ask("see_booking", title=titles[1]))
        evidence.update(desk.ask("picture", name="01-paired"))
    with report.step("a new booking arrives while the desk is open") as evidence:
        evidence["answer"] = server.deliver(newest)
        evidence.update(desk.ask("see_booking", title=main))
        evidence.update(desk.ask("picture", name="02-today"))
    with report.step("an alert announces it") as evidence:
        evidence.update(desk.ask("see_alert", title=main))
    with report.step("every booking stands in the calendar") as evidence:
        evidence.update(desk.ask("see_calendar", titles=titles))
        evidence.update(desk.ask("picture", name="03-calendar"))


def _join(report: Report, desk: DeskProcess, main: bookings.Booking) -> None:
    with report.step("Join opens the meeting with one click") as evidence:
        evidence.update(desk.ask("join"))
        report.figures["opened_url"] = evidence["opened_url"]
        if evidence["opened_url"] != main.join_url:
            raise StepFailed(f"opened {evidence['opened_url']}, booked was {main.join_url}")


def _capture(report: Report, desk: DeskProcess, main: bookings.Booking) -> None:
    with report.step("notes are captured in two stages while online") as evidence:
        evidence.update(desk.ask("open_capture", title=main.title))
        for stage, text in BEFORE.items():
            desk.ask("type", stage=stage, text=text)
        evidence.update(desk.ask("wait_until_synced"))
        evidence.update(desk.ask("picture", name="04-capture", window="capture"))


def _lose_the_network(report: Report, server: DemoServer, desk: DeskProcess) -> dict[str, str]:
    with report.step("the network is lost: the server's process is stopped") as evidence:
        evidence["process"] = server.process_id
        server.stop()
        evidence.update(desk.ask("wait_until_offline"))
    with report.step("typing goes on in a third stage, offline") as evidence:
        for stage, text in DURING.items():
            desk.ask("type", stage=stage, text=text + AFTER_THE_LOSS)
        evidence.update(desk.ask("wait_until_on_disk"))
        evidence.update(desk.ask("picture", name="05-offline", window="capture"))
    return {**BEFORE, **{stage: text + AFTER_THE_LOSS for stage, text in DURING.items()}}


def _crash(report: Report, desk: DeskProcess, main: bookings.Booking, typed: dict[str, str]) -> int:
    with report.step("the desk is killed with SIGKILL and started again") as evidence:
        evidence["killed_process"] = desk.kill()
        evidence.update(desk.start())
    with report.step("every word is still there, without a server") as evidence:
        desk.ask("open_capture", title=main.title)
        return _compare(evidence, desk, typed, "06-after-the-crash")


def _reunite(report: Report, server: DemoServer, desk: DeskProcess) -> None:
    with report.step("the network is back and the desk syncs") as evidence:
        server.start()
        evidence["address"] = server.address
        evidence.update(desk.ask("wait_until_synced"))
        evidence.update(desk.ask("picture", name="07-synced"))


def _colleague(
    report: Report,
    server: DemoServer,
    second: DeskProcess,
    main: bookings.Booking,
    typed: dict[str, str],
) -> int:
    with report.step("a colleague's desk pairs and sees every character") as evidence:
        second.start()
        code = server.pairing_code(bookings.COLLEAGUE[1])
        evidence.update(second.ask("pair", server=server.address, code=code))
        second.ask("wait_until_synced")
        second.ask("see_booking", title=main.title)
        second.ask("open_capture", title=main.title)
        return _compare(evidence, second, typed, "08-colleague")


def _compare(
    evidence: dict[str, object], desk: DeskProcess, typed: dict[str, str], picture: str
) -> int:
    shown = desk.ask("read_notes", stages=list(typed))["notes"]
    lost = sum(_missing(text, shown.get(stage, "")) for stage, text in typed.items())
    evidence["stages"] = {stage: len(shown.get(stage, "")) for stage in typed}
    evidence["lost_characters"] = lost
    evidence.update(desk.ask("picture", name=picture, window="capture"))
    if lost or any(shown.get(stage) != text for stage, text in typed.items()):
        raise StepFailed(f"{lost} characters lost; shown: {shown}")
    return lost


def _missing(typed: str, shown: str) -> int:
    """How many of the typed characters do not stand in `shown`, in order."""
    place = 0
    missing = 0
    for character in typed:
        found = shown.find(character, place)
        if found < 0:
            missing += 1
        else:
            place = found + 1
    return missing
