"""What a journal knows of the steps of a history: which are done, which are undone, and which was saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ReferenceType, ref

if TYPE_CHECKING:
    from inpaint_studio.session.history import Command, History

Step = tuple[int, "Command"]  # the number of the state that it leads to


class JournalEntry(NamedTuple):
    """A step in a journal."""

    state: int  # the number of the history's state that it leads to
    command: ReferenceType[Command]
    number: int  # of its record, from 1 on

    def stands_for(self, step: Step) -> bool:
        """Return whether it is that step of the history."""
        return self.state == step[0] and self.command() is step[1]


class Stacks(NamedTuple):
    """The steps that are done, oldest first, and undone, the next to redo last, and what else the state consists of.

    Steps that the history has dropped stay at the beginning of `done`.
    """

    done: tuple[JournalEntry, ...] = ()
    undone: tuple[JournalEntry, ...] = ()
    saved: int | None = 0  # the number of the record that the saved state comes from; 0 is the opened photo
    path: str | None = None

    def follow(
        self, history: History, path: str | None, number_of: Callable[[Command], int]
    ) -> tuple[Stacks, dict[str, Any]]:
        """Return the stacks of `history` as it is now, and the head of the record that leads to them."""
        done, undone = history.steps
        dropped = sum(entry.state <= history.base for entry in self.done)
        same = _count_same(self.done[dropped:], done)
        keep = dropped + same
        new = tuple(JournalEntry(state, ref(each), number_of(each)) for state, each in done[same:])
        same_undone = _count_same(self.undone, undone)
        new_undone = tuple(
            JournalEntry(state, ref(command), number_of(command)) for state, command in undone[same_undone:]
        )
        now_done, now_undone = self.done[:keep] + new, self.undone[:same_undone] + new_undone
        numbers = {entry.state: entry.number for entry in (*now_done, *now_undone)}
        saved = 0 if history.saved == 0 else numbers.get(history.saved)
        head = {
            "is": "state",
            "done": [keep, *(entry.number for entry in new)],
            "undone": [same_undone, *(entry.number for entry in new_undone)],
            "saved": saved,
            "path": path,
        }
        return Stacks(now_done, now_undone, saved, path), head


def _count_same(entries: Sequence[JournalEntry], steps: Sequence[Step]) -> int:
    """Return how many steps, from the oldest on, are the same in both: what changes, changes at the end."""
    count = min(len(entries), len(steps))
    while count and not entries[count - 1].stands_for(steps[count - 1]):
        count -= 1
    return count
