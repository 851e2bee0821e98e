"""Score author clusters against labelled mentions, beside two baselines.

Pairwise counts pairs of mentions, so a person of 100 papers weighs as 4,950 pairs; B-cubed
counts each mention once. Most pairs have one full name and are trivial: names that stand
for several people, and people of several names, are scored apart.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from daily_papers.errors import InvalidInputError
from daily_papers.identity.cluster import cluster_authorships
from daily_papers.identity.person_names import parse_name

SYSTEM = "clusters"
WITHOUT_POOLED = "ambiguous names, without pooled ids"
LEAST_PRECISION, LEAST_RECALL = 0.99, 0.9  # aims of unseen names
_NEEDED = ("paper_id", "position", "name", "affiliation", "in_split", "gold_person_id")


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of one grouping of some mentions."""

    part: str  # which mentions
    method: str  # clusters or a baseline
    mentions: int
    pair_precision: float
    pair_recall: float
    cubed_precision: float
    cubed_recall: float

    @property
    def pair_f1(self) -> float:
        """Harmonic mean of the pairwise two."""
        return _f1(self.pair_precision, self.pair_recall)

    @property
    def cubed_f1(self) -> float:
        """Harmonic mean of the B-cubed two."""
        return _f1(self.cubed_precision, self.cubed_recall)


def score_groups(gold: "pd.Series[str]", found: "pd.Series[str]", part: str, method: str) -> Score:
    """Compare two groupings of the same mentions; an empty one scores 1."""
    cells = pd.DataFrame({"gold": gold.to_numpy(), "found": found.to_numpy()})
    both = cells.groupby(["gold", "found"], sort=False).size().reset_index(name="count")
    both["gold_size"] = both.groupby("gold")["count"].transform("sum")
    both["found_size"] = both.groupby("found")["count"].transform("sum")
    right = _pairs(both["count"])
    found_pairs = _pairs(both.drop_duplicates("found")["found_size"])
    gold_pairs = _pairs(both.drop_duplicates("gold")["gold_size"])
    square, total = both["count"] ** 2, max(len(cells), 1)
    return Score(
        part=part,
        method=method,
        mentions=len(cells),
        pair_precision=right / found_pairs if found_pairs else 1.0,
        pair_recall=right / gold_pairs if gold_pairs else 1.0,
        cubed_precision=float((square / both["found_size"]).sum() / total),
        cubed_recall=float((square / both["gold_size"]).sum() / total),
    )


def evaluate_authors(
    data_dir: Path, advance: Callable[[int], None] = lambda _: None
) -> list[Score]:
    """Cluster the labelled corpus of a folder and score it; the same for Qian's signatures.

    The system sees paper_id, position, name, affiliation and the papers table, no ORCID. Of
    Qian's it sees no papers table, and one or a few authors a paper: those with a label.

    Raises:
        InvalidInputError: a file or column is missing.
    """
    found = _cluster(*read_labelled(data_dir), advance)
    scores = score_parts(found[found["in_split"] & found["gold_person_id"].notna()])
    path = data_dir / "qian_signatures.parquet"
    if path.is_file():
        found = _cluster(*_read_qian(path), advance)
        scores += [
            replace(score, part=f"Qian, {score.part}")
            for score in score_parts(found)
            if score.part in {"all", "ambiguous names"}
        ]
    return scores


def _cluster(
    papers: pd.DataFrame, authorships: pd.DataFrame, advance: Callable[[int], None]
) -> pd.DataFrame:
    seen = authorships[["paper_id", "position", "name", "affiliation"]]
    found = cluster_authorships(papers, seen, advance=advance).authorships
    keys = ["paper_id", "position"]
    return authorships.merge(found[[*keys, "author_id"]], on=keys)


def _read_qian(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = ["paper_id", "position", "name", "affiliations", "person_id"]
    rows = pq.ParquetFile(path).read(columns=columns).to_pandas()
    authorships = rows.rename(
        columns={"affiliations": "affiliation", "person_id": "gold_person_id"}
    ).drop_duplicates(["paper_id", "position"])
    authorships[["paper_id", "gold_person_id"]] = authorships[
        ["paper_id", "gold_person_id"]
    ].astype(str)
    papers = pd.DataFrame({"paper_id": authorships["paper_id"].unique(), "title": ""})
    return papers, authorships


def read_labelled(data_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read papers and labelled authorships of a folder, without ORCIDs.

    Raises:
        InvalidInputError: a file or column is missing.
    """
    frames = []
    for name, columns in (
        ("papers.parquet", ("paper_id", "year", "title")),
        ("authorships.parquet", _NEEDED),
    ):
        path = data_dir / name
        if not path.is_file():
            raise InvalidInputError(f"{path} does not exist; give the labelled corpus as --data")
        present = pq.read_schema(path).names
        missing = [column for column in columns if column not in present]
        if missing:
            raise InvalidInputError(f"{path}: no column {missing[0]}")
        frames.append(pq.ParquetFile(path).read(columns=list(columns)).to_pandas())
    frames[0]["title"] = frames[0]["title"].fillna("")
    frames[1]["name"] = frames[1]["name"].fillna("")
    return frames[0], frames[1]


def find_pooled(people: Iterable[str]) -> set[str]:
    """Return the ids under which nobody has sorted the mentions yet.

    The Anthology gives a second person of a name a suffix (fei-liu-utdallas); what is left
    under the bare id (fei-liu) is one person's or several people's, nobody knows.
    """
    known = set(people)
    words = (one.split("-") for one in known)
    return known & {"-".join(parts[:size]) for parts in words for size in range(2, len(parts))}


def score_parts(labelled: pd.DataFrame) -> list[Score]:
    """Score labelled mentions with an author_id, whole and in the two hard parts."""
    labelled = labelled.assign(initial=labelled["name"].map(_name_by_initial))
    people = labelled.groupby("name")["gold_person_id"].transform("nunique")
    names = labelled.groupby("gold_person_id")["name"].transform("nunique")
    is_pooled = labelled["gold_person_id"].isin(find_pooled(labelled["gold_person_id"]))
    parts = {
        "all": labelled,
        "ambiguous names": labelled[people > 1],
        WITHOUT_POOLED: labelled[(people > 1) & ~is_pooled],
        "people of several names": labelled[names > 1],
    }
    methods = {SYSTEM: "author_id", "exact name": "name", "first initial + last name": "initial"}
    return [
        score_groups(rows["gold_person_id"], rows[column], part, method)
        for part, rows in parts.items()
        for method, column in methods.items()
    ]


def render_section(scores: list[Score]) -> str:
    """Return the scores as the section of docs/quality.md."""
    lines = [
        "## Authors",
        "",
        "Names, affiliations and the papers table of a labelled half of the ACL Anthology "
        "2015–2025; ORCIDs withheld. P, R: precision and recall; pairs of mentions, then B³.",
        "Made by `daily-papers evaluate cluster`. Pooled ids, such as fei-liu beside "
        "fei-liu-utdallas, hold what nobody has sorted yet. Qian: another corpus, rich in "
        "homonyms, of which only names and affiliations are seen; nothing was fitted on it.",
        "",
        *_say_verdict(scores),
        "",
        "| mentions | method | n | pair P | pair R | pair F1 | B³ P | B³ R | B³ F1 |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in scores:
        numbers = (
            one.pair_precision,
            one.pair_recall,
            one.pair_f1,
            one.cubed_precision,
            one.cubed_recall,
            one.cubed_f1,
        )
        texts = " | ".join(f"{number:.4f}" for number in numbers)
        lines.append(f"| {one.part} | {one.method} | {one.mentions} | {texts} |")
    return "\n".join(lines) + "\n"


def _say_verdict(scores: list[Score]) -> list[str]:
    """Hold the scores against the aims of unseen names; a missed one is called so."""
    of = {(one.part, one.method): one for one in scores}
    whole = of["all", SYSTEM]
    is_met = whole.pair_precision >= LEAST_PRECISION and whole.pair_recall >= LEAST_RECALL
    lines = [
        f"- {'Met' if is_met else '**Missed**'}: pair precision of all at least "
        f"{LEAST_PRECISION} at a recall of at least {LEAST_RECALL}: "
        f"{whole.pair_precision:.4f} and {whole.pair_recall:.4f}."
    ]
    for part in ("ambiguous names", WITHOUT_POOLED):
        own = of[part, SYSTEM].pair_f1
        best = max(one.pair_f1 for one in scores if one.part == part and one.method != SYSTEM)
        lines.append(
            f"- {'Met' if own > best else '**Missed**'}: pair F1 of {part} above both baselines: "
            f"{own:.4f}, the better baseline {best:.4f}."
        )
    return lines


def _name_by_initial(printed: str) -> str:
    return parse_name(printed).block


def _pairs(sizes: "pd.Series[int]") -> float:
    return float((sizes * (sizes - 1) // 2).sum())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
