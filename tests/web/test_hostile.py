"""What no page was made for, on either database: refused or passed over, never a defect."""

import pytest

from kb_service.base.permissions import Role
from tests.web.people_site import Site
from tests.web.read import remarks

ENDLESS = "9" * 25
PATHS = (
    "/admin/users?q=%00",
    f"/admin/users?start={ENDLESS}",
    "/admin/users?start=9223372036854775800",
    "/admin/users/a%00",
    "/admin/audit?actor=%00",
    "/admin/audit?object=%00&act=%00",
    "/admin/audit?day=%00",
    f"/admin/audit?start={ENDLESS}",
    f"/admin/jobs?start={ENDLESS}",
    "/desk?q=%00",
    "/desk?show=%00",
    "/desk?pad=a%00-public",
    "/desk/items/a%00",
    "/desk/faces/%00",
    "/desk/sign-in?next=%00",
    "/welcome/%00",
    "/search?q=%00",
    f"/search?q=a&n={ENDLESS}",
    "/ask?q=a%00b",
    "/topics?event=%00&as_of=%00",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_nobody_would_ask_for(site: Site, path: str) -> None:
    site.account("anna", Role.ADMINISTRATOR)
    site.sign_in("anna")
    answer = site.get(path)
    assert answer.status_code < 500
    if answer.headers["content-type"].startswith("text/html") and answer.content:
        assert [one for one in remarks(answer.text) if "h1" not in one] == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/helped", {"uid": "a\0", "helped": "yes"}),
        ("/helped", {"uid": "a", "helped": "yes", "vote": "\0", "event": "\0"}),
        ("/admin/users", {"login": "a\0", "name": "\0", "roles": "\0"}),
        ("/admin/company", {"name": "\0", "number": "\0"}),
        ("/desk/password", {"old": "\0", "password": "\0", "again": "\0"}),
    ],
)
def test_a_form_that_nobody_would_send(site: Site, path: str, fields: dict[str, str]) -> None:
    site.account("anna", Role.ADMINISTRATOR)
    site.sign_in("anna")
    assert site.send("/desk/password", path, fields).status_code < 500
