"""What the index is now, as readers see it: the state, the words, where the arrays lie.

Reading takes no lock. `state.json` is replaced in one step and names what belongs together.
"""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from kb_service.search.analysis import SCHEMA_VERSION
from kb_service.search.schemas import SynonymGroup
from kb_service.search.segments import Constants

STATE = "state.json"
WORDS = "words.json"
COMMON = "common.npy"


class SegmentState(msgspec.Struct):
    """A segment of the present generation and its documents that are gone."""

    name: str
    deleted: list[int] = []


class IndexState(msgspec.Struct, kw_only=True):
    """What the index is now. `stamp` grows with every change of anything that readers load.

    `seq` is the last change of an item that it serves, `whole` the last change of everything (a
    sheet): a text that only needs another fact filled in may follow a little later.
    """

    schema: int
    folder: str
    generation: int
    seq: int
    whole: int = 0
    stamp: int
    constants: Constants
    segments: list[SegmentState]
    built_size: int = 0


class Words(msgspec.Struct):
    """What editors say about words, as the index serves it."""

    synonyms: list[SynonymGroup] = []
    never_correct: list[str] = []


class IndexFolder:
    """The folder of the index, for reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def state_file(self) -> Path:
        """The file that changes with every change of what readers load."""
        return self.folder / STATE

    @property
    def calibration_file(self) -> Path:
        """Where a handbook keeps the confidence that it has fitted itself."""
        return self.folder / "calibration.json"

    @property
    def generation(self) -> int:
        """The number of the present generation; 0 where there is none."""
        state = self.state()
        return state.stamp if state else 0

    def state(self) -> IndexState | None:
        """Give what the index is now; none where it must be built (anew)."""
        try:
            state = msgspec.json.decode(self.state_file.read_bytes(), type=IndexState)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return state if state.schema == SCHEMA_VERSION else None

    def words(self) -> Words:
        """Give the synonyms and the words that are never corrected."""
        try:
            return msgspec.json.decode((self.folder / WORDS).read_bytes(), type=Words)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return Words()

    def common(self, state: IndexState) -> Any:
        """Give the grams that say nothing in this index. Raises: OSError where it moved on."""
        return np.load(self.arrays(state) / COMMON, allow_pickle=False)

    def arrays(self, state: IndexState) -> Path:
        """Give the folder of the segments' arrays."""
        return self.folder / state.folder / "arrays"
