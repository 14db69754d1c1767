"""The routes of API v2, as far as a companion needs them."""

from starlette.routing import Route

from tests.helpers.fake_calcom.acting import Bookings
from tests.helpers.fake_calcom.booked import Booked
from tests.helpers.fake_calcom.deliveries import Deliveries
from tests.helpers.fake_calcom.people import People
from tests.helpers.fake_calcom.times import Times
from tests.helpers.fake_calcom.webhooks import Webhooks
from tests.helpers.fake_calcom.world import World


def api_routes(world: World, deliveries: Deliveries) -> list[Route]:
    """Every resource of this world; what is done with bookings is told to subscribers."""
    bookings = Bookings(world, deliveries.tell)
    resources = (People(world), Times(world, bookings), Booked(world, bookings), Webhooks(world))
    return [route for resource in resources for route in resource.routes()]
