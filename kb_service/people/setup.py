"""What is prepared before the first request: keys, the first administrator, demo accounts.

Called by the command line only, with units of its own; hashing happens outside of them.
"""

from kb_service.base.clock import Clock
from kb_service.base.crypto import hash_password
from kb_service.base.db import Database
from kb_service.base.permissions import SYSTEM, Role
from kb_service.base.work import open_work
from kb_service.people import rules
from kb_service.people.acts import setup
from kb_service.people.queries import has_administrator
from kb_service.people.queries.directory import TOKEN_KEY
from kb_service.people.schemas import DemoAccount

_TITLES = {
    Role.READER: "Читатель (демо)",
    Role.OPERATOR: "Оператор (демо)",
    Role.SPECIALIST: "Специалист (демо)",
    Role.EXPERT: "Эксперт (демо)",
    Role.EDITOR: "Редактор (демо)",
    Role.REVIEWER: "Рецензент (демо)",
    Role.APPROVER: "Согласующий (демо)",
    Role.SIGNATORY: "Подписант (демо)",
    Role.HEAD: "Руководитель (демо)",
    Role.ANALYST: "Аналитик (демо)",
    Role.INTERVIEWER: "Интервьюер (демо)",
    Role.ADMINISTRATOR: "Администратор (демо)",
}


def token_key(database: Database, clock: Clock) -> str:
    """Give the key by which tokens and forms are signed; made at the first start."""
    with open_work(database, SYSTEM, clock) as work:
        return setup.make_secret(work, TOKEN_KEY)


def first_start(database: Database, clock: Clock, password: str | None = None) -> str | None:
    """See that somebody can manage the house: make `admin` where no administrator can sign in.

    With a password the account has it; without, the path of a one-time link is given, which holds
    for an hour (a later start makes another). None where there is nothing to do or a password was
    given. Raises: password.wrong.
    """
    with open_work(database, SYSTEM, clock, write=False) as work:
        if has_administrator(work):
            return None
    password_hash = None
    if password:
        text = rules.normal_password(password)
        rules.check_password(text, setup.ADMIN_LOGIN)
        password_hash = hash_password(text)
    with open_work(database, SYSTEM, clock) as work:
        invitation = setup.make_administrator(work, password_hash)
    return None if invitation is None else welcome_path(invitation.secret)


def welcome_path(secret: str) -> str:
    """Give the path of a one-time link, without the address of the service."""
    return f"/welcome/{secret}"


def demo_accounts(database: Database, clock: Clock) -> list[DemoAccount]:
    """Make the demonstration's accounts, one for each role, with the password `demo`."""
    password_hash = hash_password(setup.DEMO_PASSWORD)
    with open_work(database, SYSTEM, clock) as work:
        return setup.make_demo(work, _TITLES, password_hash)


def end_demo(database: Database, clock: Clock) -> int:
    """Take the demonstration's accounts away, with what they made; say how many there were."""
    with open_work(database, SYSTEM, clock) as work:
        return setup.remove_demo(work)
