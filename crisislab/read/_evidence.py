"""What a block of rows tells about its whole column, so that blocks can be held against each other.

Typing decides some things for a whole column: the order of dates, a shift against the id clock, the
separator of counts, whether ids are damaged. A block typed by itself decides the same as the whole
file only where all blocks agree, or where their sums prove that the whole could not decide
otherwise. Everywhere else ``ApartError`` is raised, and the file is typed whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_PROOF_ROWS = 3
_PROOF_SHARE = 0.95
# Genuine X ids end in 000 in 0.3 to 1.5 % of cases (29 public sets).
NORMAL_ENDS = 0.015
# Ids of X are mostly whole multiples of 4096, so one in five ends in 0; of ids that a script
# rounded, nearly all of one length do. Fewer than so many, by zeros at the end, may be chance.
OFTEN_ZERO = 0.5
LEAST_ZERO = {1: 6, 2: 4, 3: 3}
CHANCE = 1e-5
# Length -> share of intact ids that end as if cut to 15 digits; merged exports hold some of each.
CUTS = {18: NORMAL_ENDS, 19: 0.003, 20: 0.001}
_CLEARLY = 3
KEPT_DIGITS = 15


def chance_of(n: int, n_of: int, normal: float = NORMAL_ENDS) -> float:
    """Return the chance of so many intact ids, or more, that end in zeros."""
    # Imported where it is needed: few files come this far, and it takes its time.
    from scipy.special import bdtrc

    return float(bdtrc(n - 1, max(n, n_of), normal)) if n else 1.0


def are_cut(cut: Mapping[int, int], n_of: int) -> bool:
    """Return whether ids of some length, by how many are cut, end in zeros more than by chance."""
    return any(
        cut[length] > _CLEARLY * normal * n_of and chance_of(cut[length], n_of, normal) <= CHANCE
        for length, normal in CUTS.items()
    )


def is_often_zero(zeros: int, n: int, n_of: int) -> bool:
    """Return whether so many ids of one length end in these zeros that they may be rounded."""
    return n >= LEAST_ZERO[zeros] and n > OFTEN_ZERO * n_of


class ApartError(Exception):
    """Blocks of one file do not decide alike: only the whole file can tell."""


@dataclass
class Clock:
    """How written times agree with the id clock, over all blocks.

    Attributes:
        n: Rows with both times.
        n_near: Rows at a whole quarter of an hour from the clock.
        proven: Whether each block with such rows was proven; ``None`` before the first.
        used: Offsets proven, in quarters of an hour, and the tolerance.
        bare: Whether some block had no such rows.
    """

    n: int = 0
    n_near: int = 0
    proven: bool | None = None
    used: tuple[int, ...] = ()
    bare: bool = False

    def join(self, other: Clock) -> None:
        """Add what another block tells.

        Raises:
            ApartError: Where one is proven and the other is not, or at other offsets.
        """
        both = bool(self.n and other.n)
        if both and (self.proven != other.proven or (self.proven and self.used != other.used)):
            raise ApartError("clock")
        if other.n and not self.n:
            self.proven, self.used = other.proven, other.used
        self.bare = self.bare or other.bare
        self.n += other.n
        self.n_near += other.n_near

    def check(self) -> None:
        """Hold the sums against what the whole column could prove.

        Raises:
            ApartError: Where the whole could prove or shift what blocks do not.
        """
        if self.proven and any(self.used[:-1]) and self.bare:
            raise ApartError("clock of some blocks")
        may = self.n_near >= _PROOF_ROWS and self.n_near >= _PROOF_SHARE * self.n
        if self.n and not self.proven and may:
            raise ApartError("clock of the whole")


@dataclass
class Ends:
    """How ids of more than 15 digits end: only of those can a program have lost digits.

    Attributes:
        n: Rows with such an id.
        n_zeros: Rows with one that ends in 000.
        ids: The different ones that end so.
        least: So many different long ids there are at least; told by blocks with many of ``ids``.
        zeros: Length and zeros -> how many end in so many zeros, out of how many of that length.
    """

    n: int = 0
    n_zeros: int = 0
    ids: set[str] = field(default_factory=set)
    least: int = 0
    zeros: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def join(self, other: Ends) -> None:
        """Add what another block tells."""
        self.n += other.n
        self.n_zeros += other.n_zeros
        self.ids |= other.ids
        self.least = max(self.least, other.least)
        for key, (n, n_of) in other.zeros.items():
            known = self.zeros.get(key, (0, 0))
            self.zeros[key] = (known[0] + n, known[1] + n_of)

    def may_be_rounded(self) -> bool:
        """Return whether more rows end in zeros than is usual."""
        return self.n_zeros > NORMAL_ENDS * self.n or self._often_zero()

    def are_doubtful(self) -> bool:
        """Return whether more end in zeros than chance allows, over all blocks.

        All who answer one post repeat its id, so what counts is how many different ones there are.
        """
        many = self.n_zeros > NORMAL_ENDS * self.n
        return (many and self._unlikely()) or self._often_zero()

    def _unlikely(self) -> bool:
        if chance_of(len(self.ids), self.least) <= CHANCE:
            return True
        ends = {length: "0" * (length - KEPT_DIGITS) for length in CUTS}
        cut = {length: sum(len(i) == length and i.endswith(end) for i in self.ids)
               for length, end in ends.items()}  # fmt: skip
        return are_cut(cut, self.least)

    def _often_zero(self) -> bool:
        return any(is_often_zero(zeros, *told) for (_, zeros), told in self.zeros.items())


@dataclass
class Evidence:
    """What one block, or all blocks so far, tell about their columns.

    Attributes:
        same: What must be the same wherever it is told.
        clocks: Column -> how it agrees with the id clock.
        ends: Column of ids -> how its long ones end.
        separators: Column of counts -> decimal separators it proves.
    """

    same: dict[str, object] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    ends: dict[str, Ends] = field(default_factory=dict)
    separators: dict[str, frozenset[str]] = field(default_factory=dict)

    def whole(self, why: str) -> None:
        """Tell that only the whole column can decide."""
        self.same[f"whole: {why}"] = None

    def join(self, other: Evidence) -> None:
        """Add what another block tells.

        Raises:
            ApartError: Where both do not decide alike.
        """
        alone = next((name for name in other.same if name.startswith("whole: ")), "")
        if alone or any(self.same.get(name, v) != v for name, v in other.same.items()):
            raise ApartError(alone or "decisions")
        self.same |= other.same
        for column, clock in other.clocks.items():
            self.clocks.setdefault(column, Clock()).join(clock)
        for column, ends in other.ends.items():
            self.ends.setdefault(column, Ends()).join(ends)
        for column, told in other.separators.items():
            self.separators[column] = self.separators.get(column, frozenset()) | told
            if len(self.separators[column]) > 1:
                raise ApartError("separators")

    def check(self) -> None:
        """Hold the sums of all blocks against what the whole file could decide.

        Raises:
            ApartError: Where it could decide otherwise.
        """
        for clock in self.clocks.values():
            clock.check()
        if any(ends.are_doubtful() for ends in self.ends.values()):
            raise ApartError("ids")
