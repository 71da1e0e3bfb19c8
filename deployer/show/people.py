"""Whoever answers questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Interactive:
    """Somebody at a terminal; an empty answer, or the end of input, takes the harmless option."""

    source: TextIO
    out: TextIO

    def agree(self, question: str) -> bool:
        """Ask a question that only a plain yes answers."""
        return self._ask(f"{question} [y/N] ").lower() in {"y", "yes"}

    def choose(self, question: str, options: Sequence[str]) -> str:
        """Ask for the number of one of the options."""
        menu = "  ".join(f"{number}) {option}" for number, option in enumerate(options, 1))
        answer = self._ask(f"{question} {menu} [1] ")
        wanted = int(answer) if answer.isdigit() else 1
        return options[wanted - 1] if 1 <= wanted <= len(options) else options[0]

    def _ask(self, prompt: str) -> str:
        self.out.write(prompt)
        self.out.flush()
        return self.source.readline().strip()


@dataclass(frozen=True)
class Unattended:
    """Nobody is there: ``yes`` (from ``--yes``) answers every question, and the harmless option is always chosen."""

    yes: bool = False

    def agree(self, question: str) -> bool:
        """Return what ``--yes`` says."""
        del question
        return self.yes

    def choose(self, question: str, options: Sequence[str]) -> str:
        """Return the harmless option."""
        del question
        return options[0]
