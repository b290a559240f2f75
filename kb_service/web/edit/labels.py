"""What the fields, states and steps of a document are called on its page.

Source sentences of the catalogue. A field that has no line here is shown under its own key, so a
new type needs nothing here to be edited.
"""

from collections.abc import Mapping

from kb_service.handbook.rules.bulk import BulkStep

# field -> label, hint
FIELDS: Mapping[str, tuple[str, str]] = {
    "title": ("Title", ""),
    "description": ("In short", "One to three sentences that are an answer by themselves."),
    "code": ("Code", "Short and known to colleagues, for example M01."),
    "wordings": ("How it is asked", "One a line, as people say it."),
    "publish_at": ("Appears", "Empty: at once when it is published."),
    "expires_at": ("Goes", "Empty: stays."),
    "valid_from": ("Holds since", ""),
    "valid_to": ("Holds till", ""),
    "version": ("Version of the regulation", "A new one asks staff anew."),
    "in_force_from": ("In force from", ""),
    "acknowledgement_required": ("Staff must say that they have read it", ""),
    "area": ("Where it holds", "Streets, districts, a substation."),
    "starts": ("Shown from", "Stands above every page from then on."),
    "ends": ("Over at", "Nobody else sees it afterwards."),
    "checked": ("Checked", "Against the sources; empty: not checked."),
    "review_by": ("Check by", ""),
    "owner": ("Owner", "The department that answers for this text."),
    "sources": ("Sources", "One a line: act | clause | address | note."),
    "related": ("Nearby", "Addresses in the handbook, one a line: /meters/break."),
    "tags": ("Tags", "With commas between."),
    "audience": ("For whom", ""),
    "actions": ("Buttons", "One a line: label | address."),
    "language": ("Language", ""),
}
CHOICES: Mapping[str, str] = {
    "public": "for everybody",
    "staff": "for staff only",
    "ru": "Russian",
    "en": "English",
}
# What stands above the text, and groups of fields in the order of the page; what no group names
# stands in the first.
TOP = ("title", "description")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Words", ("wordings", "code", "area", "version", "acknowledgement_required")),
    ("On what ground", ("sources", "checked", "review_by", "owner")),
    (
        "When",
        ("starts", "ends", "in_force_from", "publish_at", "expires_at", "valid_from", "valid_to"),
    ),
    ("Place and neighbours", ("related", "tags", "audience", "language", "actions")),
)
TYPES: Mapping[str, str] = {
    "StandardQuestion": "Standard question",
    "Page": "Page",
    "Regulation": "Regulation",
    "Announcement": "Announcement",
    "Topic": "Topic",
    "File": "File",
    "Image": "Picture",
}
STATES: Mapping[str, str] = {
    "private": "Private",
    "pending": "Waits for review",
    "published": "Published",
    "archived": "Archived",
}
STEPS: Mapping[str, str] = {
    "submit": "Submit for publication",
    "publish": "Publish",
    "reject": "Send back",
    "retract": "Retract",
    "archive": "Archive",
    "restore": "Restore",
    "amend": "Tags or days changed",
}
# Steps for many items at once, in the order in which they are offered.
BULK: Mapping[BulkStep, str] = {
    BulkStep.PUBLISH: "Publish",
    BulkStep.SUBMIT: "Submit for publication",
    BulkStep.REJECT: "Send back",
    BulkStep.RETRACT: "Retract",
    BulkStep.ARCHIVE: "Archive",
    BulkStep.RESTORE: "Restore from the archive",
    BulkStep.OWNER: "Set the owner",
    BulkStep.REVIEW: "Set the day of the next check",
    BulkStep.TAG: "Add a tag",
    BulkStep.UNTAG: "Take a tag off",
    BulkStep.RETAG: "Rename a tag",
    BulkStep.MOVE: "Move to another topic",
    BulkStep.TRASH: "Put into the trash",
}
BULK_FIELDS: Mapping[tuple[BulkStep, str], str] = {
    (BulkStep.OWNER, "owner"): "Department that answers for the texts",
    (BulkStep.REVIEW, "day"): "Check by",
    (BulkStep.TAG, "tag"): "Tag",
    (BulkStep.UNTAG, "tag"): "Tag",
    (BulkStep.RETAG, "tag"): "Tag as it is",
    (BulkStep.RETAG, "to"): "New name",
    (BulkStep.MOVE, "parent"): "Where to",
}
SAVED: Mapping[str, str] = {
    "save": "Saved.",
    "submit": "Saved and submitted: a colleague sees it under «Waits for review».",
    "publish": "Published.",
    "reject": "Sent back to the author.",
    "retract": "Taken back: visitors do not see it any more.",
    "archive": "Put into the archive.",
    "restore": "Brought back from the archive.",
    "check": "Checked today; the next check is planned.",
    "check-waits": "Checked today: it waits for review with the newest text.",
    "revision": "An earlier text is the newest one again.",
    "discard": "The unsaved text has been thrown away.",
    "remark": "Kept with the remarks.",
    "copy": "This is the copy: private and without a code until you publish it.",
    "untrash": "It is back, and what went with it. Nothing of it is published.",
    "back": "You are signed in again, and your text is here.",
}
PARTS: Mapping[str, tuple[str, str]] = {
    "public": ("Answer for the customer", "Everybody reads it."),
    "staff": ("For staff: do not read out", "Visitors never see it."),
    "letter": ("Letter text", "Visitors never see it."),
}
