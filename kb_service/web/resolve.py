"""`/resolveuid/UID`: an address that stays when its item moves."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from kb_service.base.errors import missing
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.web.frame import Frame


@get("/resolveuid/{uid:str}", sync_to_thread=True, include_in_schema=False)
def resolve(
    frame: NamedDependency[Frame], work: NamedDependency[Work], uid: FromPath[str]
) -> Redirect:
    """Lead to the present page of an item that this reader may see. Raises: item.missing."""
    card = next(iter(queries.cards(work, [uid.replace("\0", "")]).values()), None)
    if card is None:
        raise missing("item.missing", uid=uid[:80])
    return Redirect(frame.url(card.path), status_code=302)


pages = [resolve]
