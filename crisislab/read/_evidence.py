"""What a block of rows tells about its whole column, so that blocks can be held against each other.

Typing decides some things for a whole column: the order of dates, a shift against the id clock, the
separator of counts, whether ids are damaged. A block typed by itself decides the same as the whole
file only where all blocks agree, or where their sums prove that the whole could not decide
otherwise. Everywhere else ``ApartError`` is raised, and the file is typed whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_PROOF_ROWS = 3
_PROOF_SHARE = 0.95
# X gives most posts multiples of 4096, of which one in 125 ends in 000; a rounded number is hardly
# ever one (1 in 512). Of other intact ids one in 1,000 ends so.
X_STEP = 4096
NORMAL_ENDS = 0.002
# Ids of X are mostly whole multiples of 4096, so one in five ends in 0; of ids that a script
# rounded, nearly all of one length do. Fewer than so many, by zeros at the end, may be chance.
OFTEN_ZERO = 0.5
LEAST_ZERO = {1: 6, 2: 4, 3: 3}
CHANCE = 1e-5
# Length -> share of intact ids that end as if cut to 15 digits; merged exports hold some of each.
CUTS = {17: 0.02, 18: NORMAL_ENDS, 19: 0.0002, 20: 0.0001}
LEAST_CUT = 3
# From here on a decimal number of a program holds one whole number of 32 or more.
LEAST_HELD = 2**57
_LEAST_STEPS = 6
# Times of day: so many rows, hours and days that chance is out of the question.
_LEAST_ROWS, _LEAST_HOURS, _LEAST_MINUTES, _LEAST_SAME, _SEVERAL = 30, 10, 20, 10, 2
_NOON = 12
_HOUR = 3_600 * 1_000_000
_CLEARLY = 3
KEPT_DIGITS = 15
# X counts the posts of a millisecond in the last 12 bits, and got to 79 in 154,900 of them.
_COUNTED, _ODD_SHARE, _EARLY = 128, 0.1, 17
_LEAST_PAIRS = 10


def chance_of(n: int, n_of: int, normal: float = NORMAL_ENDS) -> float:
    """Return the chance of so many intact ids, or more, that end in zeros."""
    # Imported where it is needed: few files come this far, and it takes its time.
    from scipy.special import bdtrc

    return float(bdtrc(n - 1, max(n, n_of), normal)) if n else 1.0


def are_cut(cut: Mapping[int, int], n_of: int) -> bool:
    """Return whether ids of some length, by how many are cut, end in zeros more than by chance."""
    return any(
        cut[length] >= LEAST_CUT
        and cut[length] > _CLEARLY * normal * n_of
        and chance_of(cut[length], n_of, normal) <= CHANCE
        for length, normal in CUTS.items()
    )


def cut_of(ids: Iterable[str]) -> dict[int, int]:
    """Return how many ids of each length end as if cut to 15 digits, without multiples of 4096.

    >>> cut_of(["570306133678080000", "570306133677761000"])[18]
    1
    """
    suspects = [own for own in ids if int(own) % X_STEP]
    return {
        length: sum(len(own) == length and own.endswith("0" * (length - KEPT_DIGITS))
                    for own in suspects)
        for length in CUTS
    }  # fmt: skip


def is_often_zero(zeros: int, n: int, n_of: int) -> bool:
    """Return whether so many ids of one length end in these zeros that they may be rounded."""
    return n >= LEAST_ZERO[zeros] and n > OFTEN_ZERO * n_of


def is_odd(own: str) -> bool:
    """Return whether an id ends in bits that X, which counts in them, hardly ever reaches."""
    return int(own) % X_STEP >= _COUNTED


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
        ids: The different ones that end in 000, or in 00 where they have 17 digits, and are no
            multiples of 4096.
        least: So many different long ids there are at least; told by blocks with some of ``ids``.
        n_steps: Rows with one that a decimal number of a program holds, though few do.
        exact: Whether there is one that no such number holds.
        zeros: Length and zeros -> how many end in so many zeros, out of how many of that length.
        pairs: How many of 17 digits end in each pair of digits.
        odd: How many of the first ones end in bits in which X counts, and seldom so far.
        n_first: How many first ones there are.
    """

    n: int = 0
    ids: set[str] = field(default_factory=set)
    least: int = 0
    n_steps: int = 0
    exact: bool = False
    zeros: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    pairs: dict[int, int] = field(default_factory=dict)
    odd: int = 0
    n_first: int = 0

    def join(self, other: Ends) -> None:
        """Add what another block tells."""
        self.n += other.n
        self.ids |= other.ids
        self.least = max(self.least, other.least)
        self.n_steps += other.n_steps
        self.exact = self.exact or other.exact
        for key, (n, n_of) in other.zeros.items():
            known = self.zeros.get(key, (0, 0))
            self.zeros[key] = (known[0] + n, known[1] + n_of)
        for pair, n in other.pairs.items():
            self.pairs[pair] = self.pairs.get(pair, 0) + n
        self.odd += other.odd
        self.n_first += other.n_first

    def may_be_rounded(self) -> bool:
        """Return whether ids end in zeros that intact ones seldom do."""
        return self._unlikely() or self._often_zero() or self.stand_out() or bool(self.unlike_x())

    def are_steps(self) -> bool:
        """Return whether all long ids are numbers that a program holds as decimals."""
        return not self.exact and self.n_steps >= _LEAST_STEPS

    def are_doubtful(self) -> bool:
        """Return whether more end in zeros than chance allows, over all blocks.

        All who answer one post repeat its id, so what counts is how many different ones there are.
        """
        return self.are_steps() or self.may_be_rounded()

    def are_many(self) -> bool:
        """Return whether clearly more rows end in zeros, by length, than intact ids do."""
        if len(self.ids) < LEAST_CUT:
            return False
        return any(n > _CLEARLY * CUTS[length] * self.n for length, n in cut_of(self.ids).items())

    def stand_out(self) -> bool:
        """Return whether more of 17 digits end in 00 than in any other two digits, by far.

        Of intact ids one in a hundred does; where a network favours some endings, 00 is none alone.
        """
        zeros, n = self.pairs.get(0, 0), sum(self.pairs.values())
        most = max((k for pair, k in self.pairs.items() if pair), default=0)
        if zeros < _LEAST_PAIRS or zeros <= _SEVERAL * most:
            return False
        return chance_of(zeros, n, (most + 1) / n) <= CHANCE

    def unlike_x(self) -> set[str]:
        """Return ids cut to 15 digits beside those of X, whose last bits count from 0.

        Those of a rounded one are any: of 4,096 values, X uses the first hundred.
        """
        if not self.n_first or self.odd > _ODD_SHARE * self.n_first:
            return set()
        cut = {own for own in self.ids if len(own) > _EARLY and is_odd(own)
               and own.endswith("0" * (len(own) - KEPT_DIGITS))}  # fmt: skip
        most = max((CUTS[len(own)] for own in cut), default=NORMAL_ENDS)
        normal = most * max(1, self.odd) / self.n_first
        return cut if len(cut) > 1 and chance_of(len(cut), self.n, normal) <= CHANCE else set()

    def _unlikely(self) -> bool:
        if not self.are_many():
            return False
        cut = cut_of(self.ids)
        return chance_of(sum(cut.values()), self.least, CUTS[17]) <= CHANCE or are_cut(
            cut, self.least
        )

    def _often_zero(self) -> bool:
        return any(is_often_zero(zeros, *told) for (_, zeros), told in self.zeros.items())


@dataclass
class Habits:
    """How times lie in the day, over all blocks: what is so of all of them may tell of a fault.

    Attributes:
        n: Rows with a time of day.
        days: Days since 1970.
        hours: Hours of the day.
        minutes: Microseconds of the hour; a few are enough to know that they differ.
        moments: Microseconds of the day, likewise.
        stamps: The moments themselves, where all stand at one minute of the hour.
        bare: Whether all are written without a zone.
        told: What these rows tell by themselves; ``None`` before the first, or where blocks differ.
    """

    n: int = 0
    days: set[int] = field(default_factory=set)
    hours: set[int] = field(default_factory=set)
    minutes: set[int] = field(default_factory=set)
    moments: set[int] = field(default_factory=set)
    stamps: set[int] = field(default_factory=set)
    bare: bool = True
    told: frozenset[str] | None = None

    def join(self, other: Habits) -> None:
        """Add what another block tells."""
        if not other.n:
            return
        self.told = other.told if not self.n or self.told == other.told else None
        self.n += other.n
        self.days |= other.days
        self.hours |= other.hours
        self.minutes |= other.minutes
        self.moments |= other.moments
        self.stamps = self.stamps | other.stamps if len(self.minutes) == 1 else set()
        self.bare = self.bare and other.bare

    def are_apart(self) -> bool:
        """Return whether all rows together tell something else than blocks of them."""
        return bool(self.n) and self.told != self.tell()

    def tell(self) -> frozenset[str]:
        """Return the codes of what is so of all times."""
        found = {
            "CL-TIME-HALF-CLOCK": self._is_half_clock(),
            "CL-TIME-ONE-MINUTE": self._is_one_minute(),
            "CL-TIME-DAY-ONLY": self.is_one_moment(),
        }
        return frozenset(code for code, is_so in found.items() if is_so)

    def _is_half_clock(self) -> bool:
        """Return whether hours run from 1 to 12 and never over: a. m. and p. m. were lost."""
        enough = self.n >= _LEAST_ROWS and len(self.hours) >= _LEAST_HOURS and len(self.days) > 1
        return self.bare and enough and min(self.hours) >= 1 and max(self.hours) == _NOON

    def _is_one_minute(self) -> bool:
        """Return whether all times stand at the same minute of different hours.

        Posts may be planned for whole hours: those must be more than hours, to be cut.
        """
        if len(self.minutes) != 1 or self.n < _LEAST_MINUTES or len(self.hours) <= _SEVERAL:
            return False
        return 0 not in self.minutes or self.n >= _SEVERAL * len(self.stamps)

    def is_one_moment(self) -> bool:
        """Return whether many times of several days stand at one moment, or at two an hour apart.

        Midnight of another zone is 23:00 or 01:00, and an hour off in summer.
        """
        if not self.moments or len(self.moments) > _SEVERAL:
            return False
        apart = max(self.moments) - min(self.moments)
        many = self.n >= max(_LEAST_SAME, _SEVERAL * len(self.days))
        return apart in (0, _HOUR) and many and len(self.days) > _SEVERAL


@dataclass
class Evidence:
    """What one block, or all blocks so far, tell about their columns.

    Attributes:
        same: What must be the same wherever it is told.
        clocks: Column -> how it agrees with the id clock.
        ends: Column of ids -> how its long ones end.
        separators: Column of counts -> decimal separators it proves.
        habits: How the times lie in the day.
    """

    same: dict[str, object] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    ends: dict[str, Ends] = field(default_factory=dict)
    separators: dict[str, frozenset[str]] = field(default_factory=dict)
    habits: Habits = field(default_factory=Habits)

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
        self.habits.join(other.habits)
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
        if self.habits.are_apart():
            raise ApartError("habits of times")
        if any(ends.are_doubtful() for ends in self.ends.values()):
            raise ApartError("ids")
