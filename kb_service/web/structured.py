"""What search engines and readers of feeds are told about a page: schema.org as plain data.

Our answers are written by the house and nobody else may answer, so they are FAQPage, not QAPage.
"""

from typing import Any

from kb_service.handbook.schemas import Card, Crumb, ItemView
from kb_service.web.frame import Frame

_CONTEXT = "https://schema.org"


def site_data(frame: Frame) -> dict[str, Any]:
    """Describe the site and how to search in it."""
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": frame.company.short_name,
        "url": frame.absolute("/"),
        "inLanguage": frame.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": frame.absolute("/search") + "?q={q}",
            "query-input": "required name=q",
        },
    }


def breadcrumbs_data(frame: Frame, item: ItemView) -> dict[str, Any]:
    """Describe the way from the first page to an item."""
    steps = [*item.crumbs, Crumb(item.path, item.title)]
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": step.title,
                "item": frame.absolute(step.path),
            }
            for position, step in enumerate(steps, 1)
        ],
    }


def answer_data(frame: Frame, item: ItemView, text: str) -> dict[str, Any]:
    """Describe one answered question; `text` is the whole answer without markup."""
    return {
        **faq_data(frame, [], item.content.language),
        "url": frame.absolute(item.path),
        "dateModified": item.modified.isoformat(),
        "mainEntity": [_question(frame, item, text)],
    }


def faq_data(frame: Frame, cards: list[Card], language: str) -> dict[str, Any]:
    """Describe a list of questions with the short answers that stand in it."""
    return {
        "@context": _CONTEXT,
        "@type": "FAQPage",
        "inLanguage": language,
        "mainEntity": [
            _question(frame, card, card.description) for card in cards if card.description
        ],
    }


def _question(frame: Frame, card: Card, text: str) -> dict[str, Any]:
    answer = {"@type": "Answer", "text": text, "url": frame.absolute(card.path)}
    return {"@type": "Question", "name": card.title, "acceptedAnswer": answer}
