"""Word from the operating system that the network is back."""

from collections.abc import Callable


def on_network_back(listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` each time this computer reaches further than before: a cable, Wi-Fi.

    Returns the way to stop. Where the system tells nothing of its network, `listener` is never
    called, and the exchange finds out by trying. Needs a QCoreApplication.
    """
    # Not needed before the window stands.
    from PySide6.QtNetwork import QNetworkInformation

    if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
        return lambda: None
    network = QNetworkInformation.instance()
    reached = network.reachability()

    def changed(now: QNetworkInformation.Reachability) -> None:
        nonlocal reached
        # From unknown and disconnected over the own computer and the own site to everywhere.
        before, reached = reached, now
        was_known = before is not QNetworkInformation.Reachability.Unknown
        if was_known and now.value > before.value:
            listener()

    def stop() -> None:
        network.reachabilityChanged.disconnect(changed)

    network.reachabilityChanged.connect(changed)
    return stop
