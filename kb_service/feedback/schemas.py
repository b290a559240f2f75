"""Structs of the feedback room."""

from enum import StrEnum

import msgspec


class Helped(StrEnum):
    """What a reader says of an answer. Source: features.md A10, journeys.md (i)."""

    YES = "yes"
    NOT_ABOUT_THAT = "not_about_that"
    NOT_CLEAR = "not_clear"
    OUT_OF_DATE = "out_of_date"
    DID_NOT_WORK = "did_not_work"


class Counts(msgspec.Struct, frozen=True):
    """How often an answer helped and how often not."""

    yes: int = 0
    no: int = 0
