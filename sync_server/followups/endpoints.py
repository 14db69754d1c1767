"""What comes in about mail: news from the provider, and guests who want no more."""

import asyncio
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import HTMLResponse

from interview_desk.wire import routes
from interview_desk.wire.problems import Code
from sync_server.followups import repository
from sync_server.followups.gateways.choosing import provider_for
from sync_server.followups.hearing import pages
from sync_server.followups.hearing.automatic import is_automatic
from sync_server.followups.hearing.news import News, read_news, take_in
from sync_server.followups.hearing.signatures import event_id
from sync_server.followups.hearing.unsubscribing import is_known, unsubscribe
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Problem
from sync_server.sync.body import read_body

router = APIRouter(tags=["mail"])

_Running = Annotated[Parts, Depends(parts)]
# The provider waits for our answer meanwhile.
_ASKED_SECONDS = 5.0
# Mails that came in are told of without their texts.
_LARGEST_NEWS = 1024 * 1024
_Languages = Annotated[str | None, Header(alias="Accept-Language")]


class NotNews(Problem):
    """The body is signed, but it tells of nothing."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = Code.NOT_AN_EVENT
    title = "This is not an event of Resend."


@router.post(routes.RESEND_WEBHOOK)
async def hear_of_mail(request: Request, running: _Running) -> dict[str, str]:
    """Take up what the provider tells; 200 only once it is kept."""
    body = await read_body(request, limit=_LARGEST_NEWS)
    secret = running.settings.resend_webhook_secret
    told = event_id(request.headers, body, secret=secret, now=running.clock.now())
    text = body.decode("utf-8", "replace")
    news = read_news(text)
    if news is None:
        raise NotNews
    if news.tells_of_a_reply:
        news = replace(news, is_automatic=await _is_automatic(running, news))
    work = partial(_take_in, told=told, news=news, body=text)
    is_new = await running.database.write(work)
    return {"status": "accepted" if is_new else "duplicate"}


@router.get(routes.UNSUBSCRIBE)
async def ask_to_unsubscribe(
    token: str, running: _Running, languages: _Languages = None
) -> HTMLResponse:
    """The page behind the link in a mail; looking at it changes nothing."""
    if not await running.database.read(partial(is_known, token=token)):
        return _page(pages.unknown_page(languages), HTTPStatus.NOT_FOUND)
    return _page(pages.asking_page(languages))


@router.post(routes.UNSUBSCRIBE)
async def unsubscribe_now(
    token: str, running: _Running, languages: _Languages = None
) -> HTMLResponse:
    """The button of the page, or a mail program's own (RFC 8058); no sign-in, no body needed."""
    tells = running.settings.resend_api_key is not None
    work = partial(unsubscribe, token=token, tell_provider=tells)
    if not await running.database.write(work):
        return _page(pages.unknown_page(languages), HTTPStatus.NOT_FOUND)
    return _page(pages.done_page(languages))


async def _is_automatic(running: Parts, news: News) -> bool:
    """Whether a machine has answered: the news seldom tell, so the provider is asked."""
    provider = provider_for(running.settings)
    if news.is_automatic or news.provider_id is None or provider is None:
        return news.is_automatic
    with closing(provider), suppress(TimeoutError):
        async with asyncio.timeout(_ASKED_SECONDS):
            return is_automatic(await provider.headers_of(news.provider_id))
    # Who cannot be told from a person counts as one: better no mail than one too many.
    return False


def _take_in(tx: Tx, *, told: str, news: News, body: str) -> bool:
    workspace_id, _ = repository.the_workspace(tx)
    return take_in(tx, workspace_id, event_id=told, news=news, body=body)


def _page(html: str, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    return HTMLResponse(html, status_code=status, headers=pages.HEADERS)
