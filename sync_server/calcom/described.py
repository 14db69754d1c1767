"""How `/openapi.json` describes the address of webhooks, which is answered before the framework."""

from collections.abc import Mapping
from typing import Any

from interview_desk.wire import routes
from interview_desk.wire.problems import PROBLEM_TYPE

_REFUSALS = {
    "401": "The signature does not fit the body, or no secret is configured.",
    "403": "Webhooks are not taken from this address.",
    "413": "The body has more than 256 KiB.",
    "422": "The body is no event; it is kept with the reason.",
    "503": "The event cannot be kept now. Send it again after the seconds in Retry-After.",
}
_STATUS = {"type": "string", "enum": ["accepted", "duplicate"]}
_TAKEN = {
    "description": "The event is kept.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"status": _STATUS},
                "required": ["status"],
            }
        }
    },
}
_EVENT = {
    "type": "object",
    "properties": {"triggerEvent": {"type": "string"}},
    "required": ["triggerEvent"],
}


def webhook_paths() -> dict[str, Any]:
    """The entries of `paths` for Cal.com's events."""
    signature = {
        "name": "X-Cal-Signature-256",
        "in": "header",
        "required": True,
        "description": "HMAC-SHA256 of the raw body, in lower-case hex.",
        "schema": {"type": "string"},
    }
    endpoint = {"name": "endpoint", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        routes.CALCOM_WEBHOOK: _post("", signature),
        routes.CALCOM_WEBHOOK_ENDPOINT: _post("_at_endpoint", endpoint, signature),
    }


def _post(suffix: str, *parameters: Mapping[str, Any]) -> dict[str, Any]:
    refusals = {
        status: {"description": said, "content": {PROBLEM_TYPE: {"schema": {"type": "object"}}}}
        for status, said in _REFUSALS.items()
    }
    return {
        "post": {
            "tags": ["webhooks"],
            "summary": "Take an event of Cal.com",
            "operationId": f"take_calcom_event{suffix}",
            "parameters": list(parameters),
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _EVENT}},
            },
            "responses": {"200": _TAKEN, **refusals},
        }
    }
