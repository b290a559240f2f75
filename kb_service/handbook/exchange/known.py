"""The items that an actor may know of, found by uid, path, code or title while a plan is made."""

from collections.abc import Iterator

from sqlalchemy import select

from kb_service.base.work import Work, readable
from kb_service.handbook import codec
from kb_service.handbook.rules.order import order_of
from kb_service.handbook.tables import Item, Revision, Sheet

ROOT = "/"


class Known:
    """What is there, read once; texts are read when they are asked for."""

    def __init__(self, work: Work) -> None:
        self._work = work
        rows = work.session.scalars(readable(work, Item)).all()
        self._by_path = {row.path: row for row in rows}
        self._by_uid = {row.uid: row for row in rows}
        self._by_code = {row.code: row for row in rows if row.code}
        self._by_title: dict[tuple[str, str], Item] = {}
        self._topics: dict[str, list[Item]] = {}
        for row in rows:
            above = row.path.rsplit("/", 1)[0] or ROOT
            self._by_title.setdefault((above, row.title), row)
            if row.type == "Topic":
                self._topics.setdefault(row.title, []).append(row)
        sheets = work.session.scalars(readable(work, Sheet))
        self._sheets = {row.name: (row.text, row.number) for row in sheets}

    def at(self, path: str) -> Item | None:
        """Give the item at a path."""
        return self._by_path.get(path)

    def below(self, path: str) -> Iterator[str]:
        """Give the paths of an item's children."""
        return (one for one in self._by_path if (one.rsplit("/", 1)[0] or ROOT) == path)

    def of_uid(self, uid: str) -> Item | None:
        """Give the item with a uid, out of the trash too."""
        if not uid:
            return None
        return self._by_uid.get(uid) or self._trashed(uid)

    def coded(self, code: str) -> Item | None:
        """Give the item with a code."""
        return self._by_code.get(code)

    def titled(self, above: str, title: str) -> Item | None:
        """Give the item with a title below a path."""
        return self._by_title.get((above, title))

    def topic_titled(self, title: str, within: str) -> str:
        """Give the path of the one topic with a title; the empty text if there are more or none."""
        found = [
            row.path
            for row in self._topics.get(title, [])
            if within == ROOT or row.path.startswith(f"{within}/") or row.path == within
        ]
        return found[0] if len(found) == 1 else ""

    def text(self, item: Item) -> str:
        """Give the latest text of an item, with its place among its neighbours."""
        return codec.with_order(self._latest(item).text, order_of(item.position))

    def number(self, item: Item) -> int:
        """Give the number of the latest text of an item."""
        return self._latest(item).number

    def _latest(self, item: Item) -> Revision:
        return self._work.session.get_one(Revision, item.latest_uid)

    def sheet(self, name: str) -> str | None:
        """Give the text of a sheet that is kept; none where the packaged one counts."""
        return self._sheets[name][0] if name in self._sheets else None

    def sheet_number(self, name: str) -> int:
        """Give the number of the text of a sheet, 0 where the packaged one counts."""
        return self._sheets[name][1] if name in self._sheets else 0

    def _trashed(self, uid: str) -> Item | None:
        # Not readable any more; who may edit it may bring it back.
        return self._work.session.scalar(
            select(Item).where(Item.uid == uid, Item.trashed_at.is_not(None))
        )
