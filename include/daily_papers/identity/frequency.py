"""How many people of one name to expect; the reason why "Wei Wang" needs more proof.

The share of a surname times the share of a given name, both counted over distinct names, is
the chance of the pair; times the number of people it is how many namesakes a corpus has.
Counts of the corpus at hand are added to a background (names of the ACL Anthology and of
Hugging Face Daily Papers), so that a corpus of ten papers does not take Wei Wang for rare.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from daily_papers.identity.person_names import NameKind, PersonName

BACKGROUND_FILE = Path(__file__).parent / "data" / "name_counts.parquet"
_NATIVE_SCRIPT_NAMESAKES = 1.0


@dataclass(frozen=True)
class NameFrequencies:
    """Distinct names by surname, given name and initial."""

    names: int
    surnames: Counter[str]
    givens: Counter[str]
    initials: Counter[str]

    def expect_namesakes(self, name: PersonName) -> float:
        """Return the expected number of people with this form; large for a single word."""
        if not name.given:
            return 1.0
        if len(name.given[0]) == 1 and name.form.isascii():
            return self.expect_initial_namesakes(name)
        joined = "".join(name.given)
        expected = self._expect(name.surname, joined, name.given[0])
        if len(name.given) == 1:  # "Wang Wei" is as common as Wei Wang
            expected = max(expected, self._expect(joined, name.surname, name.surname))
        if not name.form.isascii():
            # few papers print 王伟, which makes it look rare
            expected = max(expected, _NATIVE_SCRIPT_NAMESAKES)
        return expected

    def expect_first_namesakes(self, name: PersonName) -> float:
        """Return the expected number of people with this surname and first given name."""
        if not name.given:
            return 1.0
        if len(name.given[0]) == 1:
            return self.expect_initial_namesakes(name)
        first = self.givens[name.given[0]] + 1
        return (self.surnames[name.surname] + 1) * first / (self.names + 1)

    def expect_initial_namesakes(self, name: PersonName) -> float:
        """Return the expected number of people with this surname and first initial."""
        initial = self.initials[name.given[0][0]] + 1
        return (self.surnames[name.surname] + 1) * initial / (self.names + 1)

    def _expect(self, surname: str, given: str, first: str) -> float:
        # a second given name makes a name rarer, but not by as much as its own count says
        count = max(self.givens[given], min(self.givens[first], 50))
        return (self.surnames[surname] + 1) * (count + 1) / (self.names + 1)


def count_names(names: Iterable[PersonName]) -> NameFrequencies:
    """Count the parts of distinct names, added to the background."""
    total, surnames, givens, initials = _load_background()
    own = _count(names)
    return NameFrequencies(
        total + own.names, surnames + own.surnames, givens + own.givens, initials + own.initials
    )


def _count(names: Iterable[PersonName]) -> NameFrequencies:
    surnames: Counter[str] = Counter()
    givens: Counter[str] = Counter()
    initials: Counter[str] = Counter()
    total = 0
    for name in names:
        if name.kind is not NameKind.PERSON:
            continue
        total += 1
        surnames[name.surname] += 1
        if name.given:
            initials[name.given[0][0]] += 1
            givens[name.given[0]] += 1
            if len(name.given) > 1:
                givens["".join(name.given)] += 1
    return NameFrequencies(total, surnames, givens, initials)


@cache
def _load_background() -> tuple[int, Counter[str], Counter[str], Counter[str]]:
    table = pq.read_table(BACKGROUND_FILE).to_pydict()
    counters: dict[str, Counter[str]] = {
        part: Counter() for part in ("names", "surname", "given", "initial")
    }
    for part, text, count in zip(table["part"], table["text"], table["count"], strict=True):
        counters[part][text] = count
    return counters["names"][""], counters["surname"], counters["given"], counters["initial"]
