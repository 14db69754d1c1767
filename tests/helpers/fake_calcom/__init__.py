"""A Cal.com that keeps state, as its own program: `python -m tests.helpers.fake_calcom`.

It behaves as the real API v2 does where that matters: versions per family (a wrong one is 404),
limits and the block after them, chains of rescheduled bookings, seats, series, pages that shift,
errors, slow answers, answers cut in the middle, a clock that is off, and signed webhooks that get
lost, doubled and out of order. `/control` is the door for whoever tells the story.
"""
