"""Replies to letters over the API: `@analyse` takes a letter apart and keeps nothing of it."""

from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.answers import danger_value, typed
from kb_service.api.conditional import answer as answered
from kb_service.api.responses import may_answer
from kb_service.api.schemas.letters import (
    CardValue,
    LetterAnalysis,
    LetterBody,
    LetterQuestion,
    PersonalData,
    ProposalItem,
    ToneValue,
    UrgencyValue,
)
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.letters import queries
from kb_service.letters.schemas import Analysis, Proposal


@post(
    "/api/@analyse",
    responses=may_answer(400, 401, 403, 413),
    summary="Take a letter apart",
    tags=["letters"],
    status_code=200,
    sync_to_thread=True,
)
def analyse(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[LetterBody],
) -> Response[LetterAnalysis]:
    """Give what a letter asks and what may answer it: danger first, personal data marked.

    At most eight questions with five proposals each, ten for the letter as a whole, and twenty
    standard questions in all. Nothing of the letter is kept or logged.
    Raises: session.needed, act.forbidden, reply.invalid.
    """
    work.allow_somewhere(Permission.DRAFT)
    found = queries.analysis(work, site.engine, typed(data.text), wait_s=data.wait)
    return answered(request, letter_analysis(found, addresses_of(request)))


def letter_analysis(found: Analysis, addresses: Addresses) -> LetterAnalysis:
    """Give an analysis as it goes out."""
    urgency, card = found.urgency, found.card
    return LetterAnalysis(
        urgency=UrgencyValue(str(urgency.level), urgency.rule, urgency.title, urgency.matched),
        danger=danger_value(found.danger, addresses),
        questions=[
            LetterQuestion(one.text, one.start, one.end, _items(one.proposals, addresses))
            for one in found.questions
        ],
        proposals=_items(found.proposals, addresses),
        topic=addresses.item(found.topic) if found.topic else None,
        topic_title=found.topic_title,
        tone=ToneValue(found.tone.is_negative, found.tone.matched),
        personal_data=[
            PersonalData(one.start, one.end, str(one.kind)) for one in found.personal_data
        ],
        card=CardValue(
            kind=str(card.kind),
            name=card.name,
            gender=str(card.gender),
            organisation=card.organisation,
            account=card.account,
            address=card.address,
            number=card.number,
            written_on=card.written_on,
        ),
        pending=found.pending,
    )


def _items(proposals: Iterable[Proposal], addresses: Addresses) -> list[ProposalItem]:
    return [
        ProposalItem(addresses.item(one.path), one.uid, one.code, one.title, one.confidence)
        for one in proposals
    ]
