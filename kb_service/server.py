"""The HTTP server: granian around `kb_service.app:create`, one serving process by default.

Top floor, beside app: settings reach the serving process through the environment, as granian starts
it anew.
"""

import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kb_service.settings import Settings


def serve_forever(settings: Settings) -> None:
    """Answer requests until stopped."""
    if settings.demo:
        os.environ["KB_DEMO"] = "on"
    Granian(
        target="kb_service.app:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=1,
        log_level=LogLevels.warning,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
