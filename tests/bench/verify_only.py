"""The least a webhook endpoint can do: read the body, check the signature, say 200."""

import hashlib
import hmac
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.helpers import calcom

KEY = calcom.SECRET.encode()


async def verify(request: Request) -> Response:
    body = await request.body()
    expected = hmac.new(KEY, body, hashlib.sha256).hexdigest()
    signed = hmac.compare_digest(expected, request.headers.get(calcom.HEADER, ""))
    return JSONResponse({"status": "accepted"}, 200 if signed else 401)


def main() -> None:
    app = Starlette(routes=[Route("/webhooks/calcom", verify, methods=["POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run([listener])


if __name__ == "__main__":
    main()
