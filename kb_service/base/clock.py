"""The one source of now(). Tests set it; nothing else here asks the machine for the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class Clock:
    """Now in UTC and today in the company's time zone."""

    def __init__(self, timezone: str = "Europe/Moscow") -> None:
        self.zone = ZoneInfo(timezone)

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The present day where the company is: the day on which facts change."""
        return self.now().astimezone(self.zone).date()


class SetClock(Clock):
    """A clock that stands where it was set, for tests and for `as_of`."""

    def __init__(self, moment: datetime, timezone: str = "Europe/Moscow") -> None:
        super().__init__(timezone)
        self.moment = moment

    def now(self) -> datetime:
        return self.moment
