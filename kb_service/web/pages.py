"""Templates: one environment a language, filled with what every page needs, and the answer.

Escaping is on everywhere and an unknown name is an error. Rendering happens in the handler's
thread, before the unit commits: a page that cannot be drawn rolls back what led to it.
"""

import hashlib
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from kb_service.base.i18n import Translator, translator
from kb_service.gate.headers import PRIVATE_PAGE, PUBLIC_PAGE
from kb_service.web import marks
from kb_service.web.assets import static_url
from kb_service.web.frame import Company, Frame
from kb_service.web.icons import icon, topic_icon
from kb_service.web.structured import answer_data, breadcrumbs_data, faq_data, site_data
from kb_service.web.texts import calls, marked, one_line, plain, telephone

TEMPLATES_DIR = Path(__file__).parent / "templates"
# Litestar adds the charset to every text type.
HTML = "text/html"
_ACT_LENGTH = 70


def environment(language: str, timezone: str = "Europe/Moscow") -> Environment:
    """Give the templates in a language, with the functions that they call."""
    return _environment(language, timezone)


@cache
def _environment(language: str, timezone: str) -> Environment:
    speaker = translator(language, timezone)
    env = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(
        _=speaker.gettext,
        ngettext=speaker.ngettext,
        icon=icon,
        topic_icon=topic_icon,
        static_url=static_url,
        plural_forms=lambda one, many: _plural_forms(speaker, one, many),
        tel=telephone,
        is_changed=marks.is_changed,
        changed_on=marks.changed_on,
        is_stale=marks.is_stale,
        staff_marks=partial(marks.staff_marks, speaker),
        visitor_marks=partial(marks.visitor_marks, speaker),
        titled=lambda titles: [(key, speaker.gettext(title)) for key, title in titles.items()],
        site_data=site_data,
        breadcrumbs_data=breadcrumbs_data,
        answer_data=answer_data,
        faq_data=faq_data,
    )
    # `tojson` escapes what could end a script block or an attribute, whatever writes the JSON.
    env.policies["json.dumps_function"] = _json
    env.filters.update(
        day=speaker.day,
        day_short=lambda value: speaker.day(value, short=True),
        moment=speaker.moment,
        clock=speaker.clock,
        iso=_iso,
        marked=marked,
        calls=_calls,
        plain=plain,
        one_line=one_line,
        rfc822=format_datetime,
        short_act=_short_act,
    )
    return env


def _plural_forms(speaker: Translator, one: str, many: str) -> dict[str, str]:
    """Give the forms by CLDR name with `#` for the count, for scripts that count by themselves."""
    samples = {"one": 1, "few": 2, "many": 5, "other": 5}
    return {
        name: speaker.ngettext(one, many, n).replace(str(n), "#") for name, n in samples.items()
    }


def _json(value: Any, **_options: Any) -> str:
    return msgspec.json.encode(value).decode()


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def _calls(text: str, company: Company) -> Markup:
    return calls(text, (company.phone, company.dispatch_phone, company.network_phone))


def _short_act(act: str) -> str:
    """Give an act as one calls it: what stands after the first comma is its number and date."""
    return one_line(act.split(",", maxsplit=1)[0], _ACT_LENGTH).replace("№ ", "№\u00a0")


def render(name: str, frame: Frame, **context: Any) -> str:
    """Fill a template."""
    env = environment(frame.language, frame.timezone)
    return env.get_template(name).render(frame=frame, **context)


def page(
    name: str, frame: Frame, *, status: int = 200, is_kept: bool = True, **context: Any
) -> Response[str]:
    """Answer with a page: open to be kept by everybody if a visitor asked and it went well.

    What answers somebody's own words (`is_kept=False`) is not kept.
    """
    html = render(name, frame, **context)
    # A page with somebody's form token is that person's own.
    is_public = is_kept and status == HTTPStatus.OK and not frame.actor.is_staff and not frame.csrf
    return written(html, HTML, is_public=is_public, status=status)


def written(text: str, media_type: str, *, is_public: bool, status: int = 200) -> Response[str]:
    """Answer with a text and its tag."""
    headers = {"Cache-Control": PUBLIC_PAGE if is_public else PRIVATE_PAGE}
    if is_public:
        # The same address gives JSON to programs, and more to who has signed in.
        headers["Vary"] = "Accept, Cookie"
        headers["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    return Response(text, status_code=status, media_type=media_type, headers=headers)
