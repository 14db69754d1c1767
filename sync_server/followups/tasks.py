"""The workers of follow-up mail: one moves sequences on, every server carries what is due."""

import asyncio
import logging
import os
import socket
from contextlib import closing, suppress
from datetime import datetime, timedelta
from functools import partial

from sync_server.calcom.intake import intake_of
from sync_server.followups import polling, repository
from sync_server.followups.gateways.carrier import Carrier, Reporting
from sync_server.followups.gateways.choosing import carrier_for, provider_for
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome, Refused, Unclear
from sync_server.followups.post import KIND, Post
from sync_server.followups.repository import Changed
from sync_server.followups.sending.jobs import (
    LEASE,
    Job,
    may_send,
    plan_tests,
    put_off,
    say_no_way,
    say_put_off,
    take_job,
)
from sync_server.followups.sending.settling import settle
from sync_server.followups.sequences.advancing import advance
from sync_server.followups.trying import tell, tried
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.infra.tally import MAIL_TRIES
from sync_server.sync.counter import tells_of_records
from sync_server.work import due

_log = logging.getLogger(__name__)

# At least so often everything is looked at, though nobody told of news.
_SLOWEST = 30.0
_LOOK_FOR_DUE = 5.0
_AWAY_PAUSE = 1.0
_ASK_SECONDS = 60.0
# Where nothing can leave: how often what is due says so, and of how many mails.
_TELL_AGAIN = 30.0
_TOLD_AT_ONCE = 100
_EDITS_PAUSE = 0.3
# Mails that are looked at one by one, where something about one of them cannot be read.
_SINGLY = 5
_COUNTED_AS = {
    Accepted: "sent",
    NotTaken: "not_taken",
    Refused: "failed",
    Unclear: "unclear",
    Lost: "uncertain",
}


async def move_on(parts: Parts) -> None:
    """Enrol, write the next mails and stop what is to stop, until cancelled."""
    planner = Planner(Post.of(parts.settings))
    while True:
        with parts.bus.subscribe(tells_of_records) as news:
            try:
                await intake_of(parts.database).lull()
                await planner.look(parts)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; follow-ups wait")
                await asyncio.sleep(_AWAY_PAUSE)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(_SLOWEST):
                    await anext(news)
        # Edits come one after the other.
        await asyncio.sleep(_EDITS_PAUSE)


async def carry(parts: Parts) -> None:
    """Carry every mail that is due, until cancelled."""
    carrier = carrier_for(parts.settings)
    if carrier is None:
        await _hold(parts)
        return
    with closing(carrier):
        sender = Sender(carrier, Post.of(parts.settings), holder=_holder(parts))
        while True:
            try:
                is_done = await sender.carry_due(parts)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; mail waits")
                is_done = False
            if not is_done:
                await asyncio.sleep(_LOOK_FOR_DUE)


async def _hold(parts: Parts) -> None:
    """Nothing can leave from here: what is due waits until a server is told how, and says so."""
    while True:
        with suppress(DatabaseUnavailable):
            await hold_once(parts)
        await asyncio.sleep(_TELL_AGAIN)


async def hold_once(parts: Parts) -> None:
    """Have what is due say that it cannot leave; none is taken from a server that can send it."""
    keys = await parts.database.read(
        lambda tx: due.keys_due(tx, KIND, limit=_TOLD_AT_ONCE, at=tx.now)
    )
    for key in keys:
        # One that cannot be read holds up no other.
        await tried(parts.database.write(partial(say_no_way, message_id=key)))


async def ask(parts: Parts) -> None:
    """Keep in step with the provider about mails, replies and addresses, until cancelled."""
    provider = provider_for(parts.settings)
    if provider is None:
        await asyncio.Event().wait()
        return
    with closing(provider):
        while True:
            with suppress(DatabaseUnavailable):
                await ask_once(parts, provider, Post.of(parts.settings))
            await asyncio.sleep(_ASK_SECONDS)


async def ask_once(parts: Parts, provider: Reporting, post: Post) -> None:
    """Tell and ask the provider everything once; what it tells by itself is not asked for."""
    await polling.tell_suppressions(parts, provider)
    if parts.settings.resend_webhook_secret is not None:
        return
    await polling.ask_about_mails(parts, provider, holder=_holder(parts))
    await polling.ask_for_suppressions(parts, provider)
    if post.sees_replies:
        await polling.ask_for_replies(parts, provider)


class Planner:
    """Moves the follow-ups on of those interviews in which something has changed."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._seen = -1
        self._failed: list[str] = []

    async def look(self, parts: Parts) -> None:
        """Look at everything that has changed since the last time; nothing while it is off."""
        found = await parts.database.read(partial(_changes, seen=self._seen))
        if found is None:
            return
        workspace_id, changed = found
        if changed.tests:
            await parts.database.write(partial(plan_tests, message_ids=changed.tests))
        # Those that failed come again, whether or not anything of them has changed.
        wanted = dict.fromkeys([*self._failed, *changed.interviews])
        self._failed = [one for one in wanted if not await self._advance(parts, workspace_id, one)]
        self._seen = changed.newest

    async def _advance(self, parts: Parts, workspace_id: str, interview_id: str) -> bool:
        """Move the follow-ups of one interview on; one that cannot be read holds up no other."""
        work = partial(
            advance, workspace_id=workspace_id, interview_id=interview_id, post=self._post
        )
        failure = await tried(parts.database.write(work))
        if failure is not None:
            tell("follow-ups of interview %s cannot be moved on: %s", interview_id, failure)
        return failure is None


class Sender:
    """Takes what is due and carries it."""

    def __init__(self, carrier: Carrier, post: Post, *, holder: str) -> None:
        self._carrier = carrier
        self._post = post
        self._holder = holder

    async def carry_due(self, parts: Parts) -> bool:
        """Carry the first mail that is due and may leave; False where there is none."""
        job = await tried(self._take(parts))
        if isinstance(job, Exception):
            job = await self._take_singly(parts)
        if job is None:
            return False
        failure = await tried(self._carry(parts, job))
        if failure is not None:
            # Its lease ends, and then it is gone on with under the same key.
            tell("mail %s cannot be carried: %s", job.claim.key, failure)
        return True

    async def _take(self, parts: Parts, *, key: str | None = None) -> Job | None:
        return await parts.database.write(
            lambda tx: take_job(
                tx,
                repository.the_workspace(tx)[0],
                post=self._post,
                gateway=self._carrier.name,
                holder=self._holder,
                key=key,
            )
        )

    async def _take_singly(self, parts: Parts) -> Job | None:
        """Decide about each mail by itself, and put off the one that cannot be decided about.

        Nothing was kept of the decisions that were to be made together.
        """
        keys = await parts.database.read(
            lambda tx: due.keys_due(tx, KIND, limit=_SINGLY, at=tx.now)
        )
        for key in keys:
            taken = await tried(self._take(parts, key=key))
            if isinstance(taken, Exception):
                tell("mail %s cannot be decided about and is put off: %s", key, taken)
                await parts.database.write(partial(put_off, message_id=key))
                # By itself: where the mail is what cannot be read, it can say nothing either.
                await tried(parts.database.write(partial(_say_put_off, message_id=key)))
            elif taken is not None:
                return taken
        return None

    async def _carry(self, parts: Parts, job: Job) -> None:
        outcome = await self._outcome(parts, job)
        parts.tally.count(MAIL_TRIES, _COUNTED_AS[type(outcome)])
        polls = self._carrier.name == "resend" and parts.settings.resend_webhook_secret is None
        await parts.database.write(
            lambda tx: settle(
                tx, repository.the_workspace(tx)[0], job=job, outcome=outcome, polls=polls
            )
        )

    async def _outcome(self, parts: Parts, job: Job) -> Outcome:
        """Hand the letter over; where that could double it, ask instead."""
        carrier, effect = self._carrier, job.effect
        if job.is_repeat and not self._may_repeat(job, parts.clock.now()):
            if effect.gateway != carrier.name:
                return Lost("Another way of sending was in use. Look whether it has arrived.")
            return await carrier.look_up(job.letter, effect.first_tried_at)
        if parts.database.is_shared:
            # Who was held up has lost it: another server may have handed the letter over by now.
            await parts.database.write(partial(due.renew, claim=job.claim, lease=LEASE))
        outcome = await carrier.carry(job.letter)
        if isinstance(outcome, Lost):
            return await carrier.look_up(job.letter, effect.first_tried_at)
        return outcome

    def _may_repeat(self, job: Job, now: datetime) -> bool:
        effect = job.effect
        is_ours = job.may_leave and effect.gateway == self._carrier.name
        # Another server began, whose clock may be ahead of ours.
        age = max(now - effect.first_tried_at, timedelta())
        return is_ours and age < self._carrier.repeats_for


def _changes(tx: Tx, seen: int) -> tuple[str, Changed] | None:
    workspace_id, _ = repository.the_workspace(tx)
    if not may_send(tx, workspace_id):
        return None
    changed = repository.changed_since(tx, workspace_id, seen)
    near = repository.of_the_same_guests(tx, workspace_id, changed.interviews)
    touched = repository.with_follow_ups(tx, workspace_id, near)
    return workspace_id, changed._replace(interviews=touched)


def _say_put_off(tx: Tx, message_id: str) -> None:
    say_put_off(tx, repository.the_workspace(tx)[0], message_id)


def _holder(parts: Parts) -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{parts.bus.origin}"
