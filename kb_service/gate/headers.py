"""Headers that every answer carries: what a browser may load, remember and tell others."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'"
)

ALWAYS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000")

# An uploaded file is never a page: no script, no frame, whatever its bytes.
FILE_POLICY = "default-src 'none'; sandbox"

PUBLIC_PAGE = "public, max-age=0, must-revalidate"
PRIVATE_PAGE = "private, no-store"


def is_known(asked: str, etag: str) -> bool:
    """Say whether `If-None-Match` names a tag: one or several, also marked weak by a proxy."""
    names = [name.strip().removeprefix("W/") for name in asked.split(",")]
    return bool(etag) and (etag in names or names == ["*"])


def takes_gzip(asked: str) -> bool:
    """Say whether `Accept-Encoding` lets an answer be compressed; `gzip;q=0` is a no."""
    for one in asked.lower().split(","):
        name, _, quality = one.replace(" ", "").partition(";q=")
        if name == "gzip":
            return quality.strip("0.") != "" or not quality
    return False
