"""The people of the tests: one for each kind of user, the same in every room.

They are actors without rows; tests that need accounts make them with tests/people/make.py.
"""

from kb_service.base.ids import Uid
from kb_service.base.permissions import VISITOR, Actor, Role


def _person(number: int, login: str, name: str, *roles: Role) -> Actor:
    return Actor(login, name, frozenset(roles), uid=Uid(f"{number:032x}"))


VERA = VISITOR
OLGA = _person(1, "olga", "Ольга Белова", Role.OPERATOR)
SERGEY = _person(2, "sergey", "Сергей Громов", Role.SPECIALIST)
EKATERINA = _person(3, "ekaterina", "Екатерина Дюжева", Role.EXPERT)
ELENA = _person(4, "elena", "Елена Жукова", Role.EDITOR)
RITA = _person(5, "rita", "Рита Зимина", Role.REVIEWER)
PAVEL = _person(6, "pavel", "Павел Ильин", Role.SIGNATORY)
GLEB = _person(7, "gleb", "Глеб Котов", Role.HEAD)
ANNA = _person(8, "anna", "Анна Львова", Role.ADMINISTRATOR)

STAFF = (OLGA, SERGEY, EKATERINA, ELENA, RITA, PAVEL, GLEB, ANNA)
EVERYBODY = (VERA, *STAFF)
