"""How a request to the provider is signed: TC3-HMAC-SHA256, whose key is good for one day and one service."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

ALGORITHM: Final = "TC3-HMAC-SHA256"
CONTENT_TYPE: Final = "application/json"
SIGNED_HEADERS: Final = "content-type;host"
SERVICE: Final = "sms"
SCOPE_END: Final = "tc3_request"


def signed_headers(
    *, secret_id: str, secret_key: str, host: str, action: str, version: str, region: str, body: bytes, at: datetime
) -> Mapping[str, str]:
    """The headers of a POST of ``body`` to ``/``; ``at`` is in UTC. The provider refuses one that is minutes off."""
    day, seconds = f"{at:%Y-%m-%d}", str(int(at.timestamp()))
    canonical = "\n".join(
        ["POST", "/", "", f"content-type:{CONTENT_TYPE}", f"host:{host}", "", SIGNED_HEADERS, _sha256(body)]
    )
    scope = f"{day}/{SERVICE}/{SCOPE_END}"
    to_sign = "\n".join([ALGORITHM, seconds, scope, _sha256(canonical.encode())])
    key = f"TC3{secret_key}".encode()
    for step in (day, SERVICE, SCOPE_END):
        key = _hmac(key, step)
    signature = _hmac(key, to_sign).hex()
    credential = f"{secret_id}/{scope}"
    return {
        "Authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}",
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Region": region,
        "X-TC-Timestamp": seconds,
    }


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def _hmac(key: bytes, words: str) -> bytes:
    return hmac.new(key, words.encode(), hashlib.sha256).digest()
