"""Files and pictures that people bring: checked by their bytes, kept as blobs, items of a topic."""

from pathlib import PurePosixPath

from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import binaries, codec
from kb_service.handbook.acts import edit
from kb_service.handbook.binaries import Binary
from kb_service.handbook.rules import paths
from kb_service.handbook.schemas import File, Image
from kb_service.handbook.tables import Item

_MAX_TITLE = 200
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


@act("file.add")
def add(work: Work, blobs: Blobs, parent: str, name: str, data: bytes) -> Uid:
    """Make a private file or picture under a parent (its uid) of the bytes that somebody brought.

    Its name is made of the file's own and free among its neighbours; its title is the file's own.
    Raises: file.too_large, file.type_refused, file.broken, item.parent_not_folder.
    """
    above = work.get(Item, parent, Permission.ADD)
    own = PurePosixPath(name.replace("\\", "/")).name
    binary = binaries.checked(own, data)
    ending = _ENDINGS.get(binary.content_type) or PurePosixPath(own.lower()).suffix
    taken = set(work.session.scalars(select(Item.name).where(Item.parent_uid == above.uid)))
    stem = paths.slug(PurePosixPath(own).stem)
    free = paths.unique(stem, [one.removesuffix(ending) for one in taken if one.endswith(ending)])
    title = " ".join(PurePosixPath(own).stem.split())[:_MAX_TITLE] or stem
    content = _content(binary, title, f"{free}{ending}", blobs.put(binary.data))
    kind = "Image" if isinstance(content, Image) else "File"
    text = codec.revision_text(codec.new(kind, content, ""))
    return edit.create(work, above.uid, text, name=f"{free}{ending}")


def _content(binary: Binary, title: str, filename: str, digest: str) -> File:
    size = len(binary.data)
    if binary.is_picture:
        return Image(
            title=title, filename=filename, content_type=binary.content_type, size=size,
            sha256=digest, width=binary.width, height=binary.height,
        )  # fmt: skip
    return File(
        title=title, filename=filename, content_type=binary.content_type, size=size, sha256=digest
    )
