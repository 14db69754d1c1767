"""What a server of ours answers where it refuses."""

import json


def problem(status: int, code: str, **members: object) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body of a problem document."""
    body = {"type": "about:blank", "title": "No.", "status": status, "code": code, **members}
    return status, {"content-type": "application/problem+json"}, json.dumps(body).encode()
