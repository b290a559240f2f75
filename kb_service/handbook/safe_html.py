"""The last word on HTML: an allow-list of tags, attributes, classes and addresses.

Nothing touches the HTML after this. The Markdown tree already makes only what stands here; this
layer holds on its own when that one fails, and the other way round.
"""

import re

import nh3

from kb_service.handbook.links import is_link, is_picture

REL = "noopener nofollow"
_TAGS = frozenset(
    ("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3",
     "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "s", "small", "span",
     "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul", "wbr")
)  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "rel", "aria-label"},
    "abbr": {"title"},
    "div": {"role", "tabindex", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "img": {"src", "alt", "title", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "th": {"scope"},
}
CLASSES = {
    "div": {"callout", "info", "ok", "warn", "danger", "scroll", "footnote"},
    "ol": {"steps"},
    "p": {"callout", "warn"},
    "span": {"var", "warn"},
    "td": {"num"},
    "th": {"num"},
}
_FIXED = {
    "rel": frozenset({REL}),
    "role": frozenset({"region"}),
    "tabindex": frozenset({"0"}),
    "loading": frozenset({"lazy"}),
    "scope": frozenset({"col"}),
}
# Every anchor carries the letter of its part, so that no heading takes the name of a page's own id.
_ANCHOR = re.compile(r"[hsl]-[\w.:\-]{0,100}")
_NUMBER = re.compile(r"[0-9]{1,6}")


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name in _FIXED:
        is_right = value in _FIXED[name]
    elif name == "href":
        is_right = is_link(value)
    elif name == "src":
        is_right = is_picture(value)
    elif name == "id":
        is_right = _ANCHOR.fullmatch(value) is not None
    elif name == "start":
        is_right = _NUMBER.fullmatch(value) is not None
    else:
        is_right = True
    return value if is_right else None


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)


def safe(html: str) -> str:
    """Give the HTML without anything that is not on the lists."""
    return _CLEANER.clean(html)
