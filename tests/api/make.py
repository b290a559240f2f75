"""A small handbook for the tests of the faces, made by acts."""

from datetime import date

from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.acts import edit, sheets, workflow
from kb_service.handbook.schemas import Content, Page, Source, StandardQuestion, Topic

FACTS = """call_term:
  title: Срок, в который перезванивают
  values:
    - {value: "4", unit: часов, source: приказ № 186, checked: 2026-11-20}
"""
BODY = """Меняет сетевая организация, **бесплатно**.

::: staff
Спросите дату поверки.
:::

::: letter
Счётчик заменит сетевая организация.
:::
"""


def item(
    work: Work,
    parent: Uid,
    kind: str,
    content: Content,
    body: str = "",
    *,
    name: str = "",
    live: bool = True,
) -> Uid:
    """Make an item below a parent, live by default."""
    text = codec.typed_text(codec.new(kind, content, body))
    uid = edit.create(work, parent, text, name=name)
    if live:
        workflow.publish(work, uid)
    return uid


def question(
    work: Work,
    parent: Uid,
    title: str,
    body: str = BODY,
    *,
    name: str,
    live: bool = True,
    **front: object,
) -> Uid:
    """Make a standard question."""
    content = StandardQuestion(title=title, **front)  # type: ignore[arg-type]
    return item(work, parent, "StandardQuestion", content, body, name=name, live=live)


def handbook(work: Work) -> None:
    """Fill a handbook: two topics, questions in each state, a page, one that moved."""
    root = edit.plant(work)
    sheets.save(work, "facts", FACTS)
    meters = item(
        work, root, "Topic", Topic(title="Счётчики", description="Замена и поверка."), name="meters"
    )
    question(
        work,
        meters,
        "Кто меняет счётчик?",
        name="kto-meniaet",
        code="M01",
        description="Сетевая организация, бесплатно.",
        wordings=["за чей счёт меняют счётчик"],
        checked=date(2026, 11, 20),
        review_by=date(2027, 2, 1),
        owner="metering",
        sources=[Source(act="522-ФЗ", clause="ст. 1")],
        tags=["замена"],
        order=1,
    )
    question(
        work,
        meters,
        "Как передать показания?",
        "До 25-го числа.\n",
        name="pokazaniia",
        code="M02",
        related=["/meters/kto-meniaet"],
        order=2,
    )
    question(
        work,
        meters,
        "Что с внутренней проверкой?",
        "Секретик.\n",
        name="draft",
        code="M03",
        live=False,
        order=3,
    )
    question(
        work,
        meters,
        "Памятка сотрудника",
        "Служебное.\n",
        name="staff-only",
        code="M04",
        audience="staff",
        order=4,
    )
    outage = item(work, root, "Topic", Topic(title="Нет света"), name="outage")
    for number in range(30):
        question(
            work,
            outage,
            f"Вопрос о свете {number:02}",
            "Свет включат.\n",
            order=number,
            name=f"svet-{number:02}",
            code=f"O{number:02}",
        )
    item(work, root, "Page", Page(title="О компании"), "Текст страницы.\n", name="about")
    moved = question(work, outage, "Переехавший вопрос", "Здесь.\n", name="old-place", code="X01")
    edit.move(work, moved, meters, name="new-place")
