"""Names of persons: parts, man or woman, cases, and what the name does not tell."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text.names import (
    GrammarCase,
    Name,
    declined,
    from_genitive,
    is_organisation,
    parse,
    polite,
    shortened,
)

# name | surname, first, patronymic | gender | dative
NAMES = """
Смирнова Анна Петровна      | Смирнова, Анна, Петровна     | female | Смирновой Анне Петровне
Анна Петровна Смирнова      | Смирнова, Анна, Петровна     | female | Анне Петровне Смирновой
СМИРНОВА АННА ПЕТРОВНА      | Смирнова, Анна, Петровна     | female | Смирновой Анне Петровне
смирнова анна петровна      | Смирнова, Анна, Петровна     | female | Смирновой Анне Петровне
Смирнова Анна П.            | Смирнова, Анна, П.           | female | Смирновой Анне П.
Анна Петровна               | , Анна, Петровна             | female | Анне Петровне
Анна                        | , Анна,                      | female | Анне
Анна П.                     | П., Анна,                    | female | Анне П.
Петровна                    | , , Петровна                 | female | Петровне
Смирнов                     | Смирнов, ,                   | male   | Смирнову
Кузнецов И. В.              | Кузнецов, И., В.             | male   | Кузнецову И. В.
Кузнецов И.В.               | Кузнецов, И., В.             | male   | Кузнецову И. В.
Кузнецов И В                | Кузнецов, И., В.             | male   | Кузнецову И. В.
Кузнецов ИВ                 | Кузнецов, И., В.             | male   | Кузнецову И. В.
И. В. Кузнецов              | Кузнецов, И., В.             | male   | И. В. Кузнецову
Кузнецова И. В.             | Кузнецова, И., В.            | female | Кузнецовой И. В.
Кузнецов И.                 | Кузнецов, И.,                | male   | Кузнецову И.
гр. Иванов П. С.            | Иванов, П., С.               | male   | Иванову П. С.
Г. Иванов                   | Иванов, Г.,                  | male   | Г. Иванову
Иванов Иван                 | Иванов, Иван,                | male   | Иванову Ивану
Любовь Орлова               | Орлова, Любовь,              | female | Любови Орловой
Илья Муромец                | Муромец, Илья,               | male   | Илье Муромцу
Лев Павлович Кравец         | Кравец, Лев, Павлович        | male   | Льву Павловичу Кравцу
Кравец Мария                | Кравец, Мария,               | female | Кравец Марии
Павел Кузнец                | Кузнец, Павел,               | male   | Павлу Кузнецу
Швец Иван                   | Швец, Иван,                  | male   | Швецу Ивану
Салтыков-Щедрин М. Е.       | Салтыков-Щедрин, М., Е.      | male   | Салтыкову-Щедрину М. Е.
Римский Корсаков Николай Андреевич | Римский Корсаков, Николай, Андреевич | male | \
Римскому Корсакову Николаю Андреевичу
Склодовская-Кюри Мария      | Склодовская-Кюри, Мария,     | female | Склодовской-Кюри Марии
Анна-Мария Иванова          | Иванова, Анна-Мария,         | female | Анне-Марии Ивановой
Дюма Александр              | Дюма, Александр,             | male   | Дюма Александру
Гюго Виктор                 | Гюго, Виктор,                | male   | Гюго Виктору
Окуджава Булат Шалвович     | Окуджава, Булат, Шалвович    | male   | Окуджаве Булату Шалвовичу
Глинка Михаил Иванович      | Глинка, Михаил, Иванович     | male   | Глинке Михаилу Ивановичу
Чайка Юрий Яковлевич        | Чайка, Юрий, Яковлевич       | male   | Чайке Юрию Яковлевичу
Ким Виктор Петрович         | Ким, Виктор, Петрович        | male   | Киму Виктору Петровичу
Ким Анна                    | Ким, Анна,                   | female | Ким Анне
Ким И. В.                   | Ким, И., В.                  |        | Ким И. В.
Цой Виктор                  | Цой, Виктор,                 | male   | Цою Виктору
Цой В.                      | Цой, В.,                     |        | Цой В.
г-жа Ким                    | Ким, ,                       | female | Ким
г-н Цой                     | Цой, ,                       | male   | Цою
Шевченко Оксана             | Шевченко, Оксана,            | female | Шевченко Оксане
Шевченко О. П.              | Шевченко, О., П.             |        | Шевченко О. П.
Черных Ольга Ивановна       | Черных, Ольга, Ивановна      | female | Черных Ольге Ивановне
Седых П. П.                 | Седых, П., П.                |        | Седых П. П.
Саша Черных                 | Черных, Саша,                |        | Саше Черных
Женя Иванова                | Иванова, Женя,               | female | Жене Ивановой
Женя Иванов                 | Иванов, Женя,                | male   | Жене Иванову
Валя                        | , Валя,                      |        | Вале
Никита Сергеевич            | , Никита, Сергеевич          | male   | Никите Сергеевичу
Лука Фомич                  | , Лука, Фомич                | male   | Луке Фомичу
Ия Савична                  | , Ия, Савична                | female | Ии Савичне
Коваль Пётр Ильич           | Коваль, Пётр, Ильич          | male   | Ковалю Петру Ильичу
Толстой Лев Николаевич      | Толстой, Лев, Николаевич     | male   | Толстому Льву Николаевичу
Береговой Пётр              | Береговой, Пётр,             | male   | Береговому Петру
Белый А. В.                 | Белый, А., В.                | male   | Белому А. В.
Белая А. В.                 | Белая, А., В.                | female | Белой А. В.
Роман Абрамович             | , Роман, Абрамович           | male   | Роману Абрамовичу
Абрамович Роман             | Абрамович, Роман,            | male   | Абрамовичу Роману
Абрамович Роман Аркадьевич  | Абрамович, Роман, Аркадьевич | male   | Абрамовичу Роману Аркадьевичу
Анна Петровна Абрамович     | Абрамович, Анна, Петровна    | female | Анне Петровне Абрамович
Рабинович С. М.             | Рабинович, С., М.            |        | Рабинович С. М.
Ткач Светлана               | Ткач, Светлана,              | female | Ткач Светлане
Жук А. А.                   | Жук, А., А.                  |        | Жук А. А.
Мороз Наталья               | Мороз, Наталья,              | female | Мороз Наталье
Воробей Иван Иванович       | Воробей, Иван, Иванович      | male   | Воробью Ивану Ивановичу
Алиев Рашид Мамед оглы      | Алиев, Рашид, Мамед оглы     | male   | Алиеву Рашиду Мамед оглы
АЛИЕВА ЛЕЙЛА ГАСАН КЫЗЫ     | Алиева, Лейла, Гасан кызы    | female | Алиевой Лейле Гасан кызы
Айгуль Рамилевна            | , Айгуль, Рамилевна          | female | Айгуль Рамилевне
Рамиль Хасанов              | Хасанов, Рамиль,             | male   | Рамилю Хасанову
Дарвин Чарльз               | Дарвин, Чарльз,              | male   | Дарвину Чарльзу
Джон Смит                   | Смит, Джон,                  | male   | Джону Смиту
John Smith                  | Smith, John,                 |        | John Smith
Нгуен Ван Тхань             | Нгуен, Ван Тхань,            |        | Нгуен Ван Тхань
Гарсиа Маркес Габриэль      | Гарсиа Маркес, Габриэль,     | male   | Гарсиа Маркесу Габриэлю
Винсент Ван Гог             | Ван Гог, Винсент,            | male   | Винсенту Ван Гогу
ван дер Берг Питер          | ван дер Берг, Питер,         | male   | ван дер Бергу Питеру
ИП Петров                   | Петров, ,                    | male   | ИП Петрову
индивидуальный предприниматель Петрова О. Н. | Петрова, О., Н. | female | ИП Петровой О. Н.
ООО «Ромашка»               | , ,                          |        | ООО «Ромашка»
ТСЖ Берёзка                 | , ,                          |        | ТСЖ Берёзка
12345                       | , ,                          |        | 12345
"""
ROWS = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in NAMES.replace("\\\n", "").strip().splitlines()
]


@pytest.mark.parametrize(("text", "parts", "gender", "dative"), ROWS, ids=[r[0] for r in ROWS])
def test_a_name_is_taken_apart_and_declined(
    text: str, parts: str, gender: str, dative: str
) -> None:
    name = parse(text)
    assert f"{name.surname}, {name.first}, {name.patronymic}".rstrip() == parts
    assert name.gender == gender
    assert declined(text, GrammarCase.DATIVE) == dative


@pytest.mark.parametrize(
    ("text", "genitive", "accusative"),
    [
        ("Смирнова Анна Петровна", "Смирновой Анны Петровны", "Смирнову Анну Петровну"),
        ("Кузнецов И. В.", "Кузнецова И. В.", "Кузнецова И. В."),
        ("Никита Сергеевич", "Никиты Сергеевича", "Никиту Сергеевича"),
        ("Павел Кузнец", "Павла Кузнеца", "Павла Кузнеца"),
        ("Воробей Анна Ивановна", "Воробей Анны Ивановны", "Воробей Анну Ивановну"),
        ("Любовь Белая", "Любови Белой", "Любовь Белую"),
    ],
)
def test_other_cases_of_a_name(text: str, genitive: str, accusative: str) -> None:
    assert declined(text, GrammarCase.GENITIVE) == genitive
    assert declined(text, GrammarCase.ACCUSATIVE) == accusative


@pytest.mark.parametrize(
    ("text", "gender", "dative"),
    [
        ("Ким И. В.", "male", "Киму И. В."),
        ("Ким И. В.", "female", "Ким И. В."),
        ("Саша Цой", "male", "Саше Цою"),
        ("Жук А. А.", "male", "Жуку А. А."),
    ],
)
def test_what_somebody_said_of_the_gender_goes_before_the_name(
    text: str, gender: str, dative: str
) -> None:
    assert declined(text, GrammarCase.DATIVE, gender) == dative


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Смирнова Анна Петровна", "Анна Петровна"),
        ("Алиев Рашид Мамед оглы", "Рашид Мамед оглы"),
        ("Джон Смит", "Джон"),
        ("Смирнова Анна П.", "Анна"),
        ("Кузнецов И. В.", ""),
        ("Смирнов", ""),
        ("ООО «Ромашка»", ""),
    ],
)
def test_a_letter_calls_a_person_by_first_name_and_patronymic(text: str, called: str) -> None:
    assert polite(parse(text)) == called


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Смирнова Анна Петровна", "Смирнова А. П."),
        ("Анна Петровна Смирнова", "А. П. Смирнова"),
        ("Кузнецов И. В.", "Кузнецов И. В."),
        ("Анна Петровна", "Анна Петровна"),
        ("ИП Петров", "ИП Петров"),
    ],
)
def test_a_name_is_shortened_to_initials(text: str, short: str) -> None:
    assert str(shortened(parse(text))) == short


def test_a_shortened_name_still_knows_whether_it_is_a_woman() -> None:
    short = shortened(parse("Ким Анна Петровна"))
    assert short.gender == "female"
    assert declined(shortened(parse("Шмидт Карл")), GrammarCase.DATIVE) == "Шмидту К."


@pytest.mark.parametrize(
    ("text", "nominative"),
    [
        ("Кузнецова И. В.", "Кузнецов И. В."),
        ("Орловой Т. С.", "Орлова Т. С."),
        ("Смирновой Анны Петровны", "Смирнова Анна Петровна"),
        ("Иванова Петра Сергеевича", "Иванов Пётр Сергеевич"),
        ("Толстого Л. Н.", "Толстой Л. Н."),
        ("Белого А.", "Белый А."),
        ("Ким О. О.", "Ким О. О."),
        ("Смирнова Анна Петровна", "Смирнова Анна Петровна"),
        ("ООО «Ромашка»", "ООО «Ромашка»"),
    ],
)
def test_a_sender_in_the_genitive_gets_the_nominative(text: str, nominative: str) -> None:
    assert from_genitive(text) == nominative


@pytest.mark.parametrize(
    "text", ["ООО «Энергосбыт»", "СНТ Ромашка", "Администрация района", 'ПАО "Сети"', "МБОУ СОШ 5"]
)
def test_an_organisation_is_known_by_its_form(text: str) -> None:
    assert is_organisation(text)
    assert parse(text) == Name()


@pytest.mark.parametrize("text", ["ИП Петров", "Анна Школьная", "Союзов Пётр", "Паола"])
def test_a_person_is_no_organisation(text: str) -> None:
    assert not is_organisation(text)


def test_the_library_of_names_writes_no_name_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        declined("Неведомов Анатолий", GrammarCase.DATIVE)
    assert "Неведомов" not in caplog.text


@given(st.text(alphabet="АбвИв. -яйьц«ёоглы", max_size=40), st.sampled_from(GrammarCase))
def test_any_text_is_ordinary_input(text: str, case: GrammarCase) -> None:
    assert declined(text, case, "female").count("\n") == 0
    assert isinstance(from_genitive(text), str)
    assert polite(parse(text)) == polite(parse(str(parse(text)))) or parse(text).first
