"""A cable pulled out and put back in, in a network of its own that the kernel makes."""

import shutil
import subprocess
import sys

import pytest
from PySide6.QtNetwork import QNetworkInformation

from interview_desk.system.reachability import on_network_back

_OWN_NETWORK = ["unshare", "--net", "--map-root-user"]
_A_CABLE = (
    "ip link set lo up",
    "ip link add desk0 type veth peer name wall0",
    "ip address add 198.51.100.2/24 dev desk0",
    "ip link set wall0 up",
)
_PLUG = ("ip link set desk0 up", "ip route add default via 198.51.100.1")
_PULL = ("ip link set desk0 down",)

_DESK = f"""
import subprocess, sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtNetwork import QNetworkInformation
from interview_desk.system.reachability import on_network_back

def do(commands):
    for command in commands:
        subprocess.run(command.split(), check=True)

app = QCoreApplication([])
do({_A_CABLE!r})
told = []
stop = on_network_back(lambda: told.append(True))
network = QNetworkInformation.instance()
offline, online = network.Reachability.Disconnected, network.Reachability.Online

def until(wanted, commands):
    do(commands)
    QTimer.singleShot(20_000, app, lambda: app.exit(1))
    network.reachabilityChanged.connect(lambda now: app.exit(0) if now is wanted else None)
    if network.reachability() is not wanted and app.exec():
        sys.exit(f"never {{wanted}}, but {{network.reachability()}}")

assert network.reachability() is offline
for turn in (1, 2):
    until(online, {_PLUG!r})
    assert len(told) == turn, told
    until(offline, {_PULL!r})
    assert len(told) == turn, told
stop()
until(online, {_PLUG!r})
assert len(told) == 2, told
"""


def cannot_make_a_network() -> str | None:
    """Why there is no cable to pull here."""
    missing = [program for program in ("unshare", "ip") if shutil.which(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    tried = subprocess.run(
        [*_OWN_NETWORK, "sh", "-ec", "\n".join(_A_CABLE)],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no network of its own: {tried.stderr.strip()}" if tried.returncode else None


def test_the_desk_hears_each_time_the_cable_is_back_in_and_no_more_once_it_stopped() -> None:
    if (reason := cannot_make_a_network()) is not None:
        pytest.skip(reason)
    desk = subprocess.run(
        [*_OWN_NETWORK, sys.executable, "-c", _DESK],
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert desk.returncode == 0, desk.stderr


def test_where_the_system_tells_nothing_the_desk_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QNetworkInformation, "loadBackendByFeatures", lambda _: False)
    stop = on_network_back(lambda: None)
    stop()
