"""Which questions of the letter the draft answers. Source: R21."""

from kb_service.letters.schemas import Content, Coverage


def coverage(content: Content) -> Coverage:
    """Give answered, set aside and open questions in the letter's order.

    A question is answered by a fragment with words in it that is tied to it.
    """
    tied = {name for one in content.fragments if one.text.strip() for name in one.questions}
    given = Coverage()
    for question in content.questions:
        if question.id in tied:
            given.answered.append(question.id)
        elif question.set_aside.strip():
            given.set_aside.append(question.id)
        else:
            given.open.append(question.id)
    return given
