"""Texts of an item by their numbers: the live one for staff, all of them for editors."""

import pytest

from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA


@pytest.mark.parametrize("actor", [VERA, OLGA])
@pytest.mark.parametrize("number", [1, 3, 9])
def test_who_may_not_edit_reads_no_text_that_is_not_live(
    work_as: WorkAs, actor: Actor, number: int
) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
        edit.save(work, uid, make.question_text("Второй?"), goes_live=True)
        edit.save(work, uid, make.question_text("Черновик?"))
    with work_as(actor) as work:
        with pytest.raises(KbError, match=r"act\.forbidden|session\.needed"):
            queries.revision_text(work, uid, number)
        if actor is OLGA:
            assert "Второй?" in queries.revision_text(work, uid, 2)
    with work_as(ELENA) as work:
        if number == 9:
            with pytest.raises(KbError, match=r"revision\.missing"):
                queries.revision_text(work, uid, number)
        else:
            assert queries.revision_text(work, uid, number)
