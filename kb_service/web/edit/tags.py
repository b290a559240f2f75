"""Tags of the handbook: how many texts have each; renamed, put together or taken off in all.

What would change is shown and done as every step for many items (`web.edit.bulk`).
"""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.web.edit.bulk import steps_for
from kb_service.web.edit.place import PAGE, address_of, edit_page
from kb_service.web.frame import Frame


@get("/edit/tags", **PAGE)
def tags(
    frame: NamedDependency[Frame], work: NamedDependency[Work], tag: FromQuery[str] = ""
) -> Response[str]:
    """Show the tags of all texts that this employee may edit, or the texts that have one of them.

    Raises: session.needed.
    """
    work.allow_somewhere(Permission.EDIT)
    cards = list(queries.cards(work, queries.tagged(work, tag)).values()) if tag else []
    return edit_page(
        "edit/tags.html",
        frame,
        work,
        tags=queries.tag_counts(work) if not tag else [],
        tag=tag,
        cards=sorted(cards, key=lambda card: card.title.casefold()),
        address_of=address_of,
        bulk_steps=steps_for(frame, work),
    )


pages = [tags]
