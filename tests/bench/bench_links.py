"""What finding links in 10,000 texts costs, against one expression with every host and path.

The floor is the least that knows all services: one compiled alternation, searched once in each of
the same texts. It reads no HTML, no calendar and no JSON, opens no wrapper and checks no host.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent))

from interview_desk.domain.links import find_link
from interview_desk.domain.links.catalogue import SERVICES
from interview_desk.domain.links.forms import expression_of
from tests.bench.table import row

TEXTS = 10_000
SEED = 20261122
EACH = 500
PART = 50
ROUNDS = 15
GOAL = 3.0

PROSE = """
interview agenda candidate please join the team call about hiring progress notes agenda/plan
and/or next week we will talk through your answers, bring questions; see you then. Meeting ID:
123 456 789 Passcode: 4321
"""
WORDS = PROSE.split()


def links(chance: random.Random) -> str:
    number = chance.randrange(10**9, 10**11)
    word = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=10))
    meet = f"{word[:3]}-{word[3:7]}-{word[7:]}"
    return chance.choice(
        (
            f"https://us0{number % 9}web.zoom.us/j/{number}?pwd={word}.1",
            f"https://acme.zoom.us/j/{number}",
            f"https://meet.google.com/{meet}",
            f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{word}%40thread.v2/0?a=%7b",
            f"https://teams.live.com/meet/{number}00?p={word}",
            f"https://acme.webex.com/acme/j.php?MTID=m{number:x}",
            f"https://whereby.com/{word}",
            f"https://app.cal.com/video/{word}",
            f"https://meet.jit.si/{word}",
            f"https://acme.daily.co/{word}",
            f"https://go.chorus.ai/{number}",
            f"https://vc.larksuite.com/j/{number % 10**9:09}",
        )
    )


def prose(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def invite(chance: random.Random, url: str) -> str:
    return (
        f"{prose(chance, 30)}\n\nJoin the meeting\n{url}\n\n{prose(chance, 20)}\n"
        "Find your local number: https://us02web.zoom.us/u/kbTyJp4Yh\n"
        f"Portfolio: https://www.example.org/{chance.random()}\n{prose(chance, 20)}"
    )


def page(chance: random.Random, url: str) -> str:
    return (
        f'<html><body><p>{prose(chance, 20)}</p><p>&nbsp;</p><table><tr><td style="x:1">'
        f'<a href="{url}">Join the meeting</a></td></tr></table><p>{prose(chance, 20)}</p>'
        '<img src="https://www.example.org/logo.png"></body></html>'
    )


def event(chance: random.Random, url: str) -> str:
    place = chance.choice((f"LOCATION:{url}", f"X-GOOGLE-CONFERENCE:{url}", "LOCATION:Online"))
    text = prose(chance, 30).replace(",", "\\,").replace(";", "\\;")
    return (
        f"BEGIN:VEVENT\r\nUID:{chance.random()}\r\nSUMMARY:Interview\r\n{place}\r\n"
        f"DESCRIPTION:{text[:60]}\r\n {text[60:]}\\n{url}\r\nEND:VEVENT\r\n"
    )


def booking(chance: random.Random, url: str) -> str:
    return json.dumps(
        {"uid": f"{chance.random()}", "title": prose(chance, 5), "location": url, "metadata": {}}
    )


def wrapped(chance: random.Random, url: str) -> str:
    outlook = f"https://nam02.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05"
    return f"{prose(chance, 10)} <{outlook}> {prose(chance, 10)}"


def alone(_: random.Random, url: str) -> str:
    return url


def texts() -> Iterator[str]:
    """Yield the same mix on every run: what calendars hold, a fifth of it without a link."""
    chance = random.Random(SEED)  # noqa: S311  - the same texts on every run are the point
    shapes = (invite, invite, page, event, booking, wrapped, alone, alone)
    for number in range(TEXTS):
        if number % 5 == 0:
            room, phone = f"Room {number // 50}.{number % 50}, 2nd floor", f"+1 555 01{number:06}"
            yield chance.choice((prose(chance, 40), room, phone))
        else:
            yield chance.choice(shapes)(chance, links(chance))


def alternation(scheme: str) -> re.Pattern[str]:
    """One expression of every host and path of the catalogue, without what may follow."""
    forms = []
    for service in SERVICES:
        for site in service.sites:
            hosts = "|".join(
                re.escape(host).replace(r"\*\.", r"(?:[a-z0-9-]+\.)+") for host in site.hosts
            )
            paths = "|".join(bare(form) for form in site.forms)
            forms.append(f"(?:{hosts})(?:{paths})")
    return re.compile(scheme + "(?:" + "|".join(forms) + ")", re.IGNORECASE)


def bare(form: str) -> str:
    path = expression_of(re.split("[?#]", form)[0])
    return path.replace("([", "(?:[").replace(r"[^/?#\\]+", r"[^\s/?#<>\"]+")


def seconds(work: Callable[[str], object], mix: list[str]) -> float:
    start = time.process_time()
    for text in mix:
        work(text)
    return time.process_time() - start


def least(works: list[Callable[[str], object]], mix: list[str]) -> list[float]:
    """Sum the least that each needed for every part of the mix.

    In small parts and turn by turn, so that a busy computer is equally hard on all of them.
    """
    needed = [0.0] * len(works)
    for start in range(0, len(mix), PART):
        part = mix[start : start + PART]
        turns = [[seconds(work, part) for work in works] for _ in range(ROUNDS)]
        fastest = (min(column) for column in zip(*turns, strict=True))
        needed = [before + more for before, more in zip(needed, fastest, strict=True)]
    return needed


def main() -> None:
    """Print the row, and what the mix hides."""
    mix = list(texts())
    if len(set(mix)) != TEXTS:
        raise SystemExit("The texts are not all different.")
    # The floor is the cheaper search, which needs a scheme. The other also finds links without
    # one, as we do, but tries every pattern at every sign: it says little about what is possible.
    sooner = alternation("https?://").search
    ours, fastest = least([find_link, sooner], mix)
    row("links: 10,000 texts (s)", ours, fastest, GOAL)
    floor = seconds(alternation("").search, mix)
    print(f"  a search that needs no scheme took {floor:.3g} s: ratio {ours / floor:.2f}")
    chance = random.Random(SEED)  # noqa: S311  - the same texts on every run are the point
    for shape in (invite, page, event, booking, wrapped, alone):
        mix = [shape(chance, links(chance)) for _ in range(EACH)]
        ours, fastest = least([find_link, sooner], mix)
        print(f"  {shape.__name__:<8} {ours / EACH * 1e6:6.1f} us each: ratio {ours / fastest:.2f}")


if __name__ == "__main__":
    main()
