"""Cluster the labelled mentions with Splink, with and without a choice of its threshold.

    uv run --with "splink>=5,<6" python scripts/compare_splink.py

Fellegi-Sunter, weights by expectation maximisation on the mentions themselves: given name
(exact, adjusted for term frequency; else Jaro-Winkler), numbers of shared co-authors, of
shared words of the titles and of parts of the affiliation; blocked by surname and first
initial; connected components. Nothing is fitted on labels; every threshold is printed. The
mentions are the scored ones, so that it sees fewer strangers than `evaluate cluster` does.
"""

import re
from pathlib import Path

import pandas as pd
import splink.comparison_library as compare
from daily_papers.identity import evaluation
from daily_papers.identity.person_names import parse_name
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

DATA = Path(__file__).parents[2] / "shared" / "data" / "authors"
WORD = re.compile(r"[^\W\d_]{5,}")


def main() -> None:
    papers, authorships = evaluation.read_labelled(DATA)
    names = {name: parse_name(name) for name in authorships["name"].unique()}
    forms = authorships["name"].map(lambda name: names[name].form)
    coauthors = forms.groupby(authorships["paper_id"]).agg(set)
    words = papers.set_index("paper_id")["title"].str.lower().map(WORD.findall)
    rows = authorships[authorships["in_split"] & authorships["gold_person_id"].notna()]
    rows = rows.reset_index(drop=True).rename_axis("unique_id").reset_index()
    own = rows["name"].map(names.get)
    table = pd.DataFrame(
        {
            "unique_id": rows["unique_id"],
            "given": own.map(lambda name: " ".join(name.given)),
            "block": own.map(lambda name: name.block),
            "coauthors": [
                sorted(coauthors[paper] - {name.form, ""})
                for paper, name in zip(rows["paper_id"], own, strict=True)
            ],
            "words": [sorted(set(words[paper])) for paper in rows["paper_id"]],
            "places": rows["affiliation"].map(lambda text: str(text).lower().split(", "), "ignore"),
        }
    )
    database = DuckDBAPI()
    linker = Linker(
        database.register(table),
        SettingsCreator(
            link_type="dedupe_only",
            comparisons=[
                compare.JaroWinklerAtThresholds("given", [0.92]).configure(
                    term_frequency_adjustments=True
                ),
                compare.ArrayIntersectAtSizes("coauthors", [2, 1]),
                compare.ArrayIntersectAtSizes("words", [3, 2, 1]),
                compare.ArrayIntersectAtSizes("places", [1]),
            ],
            blocking_rules_to_generate_predictions=[block_on("block")],
        ),
    )
    linker.training.estimate_probability_two_random_records_match([block_on("block")], recall=0.99)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("block"))
    pairs = linker.inference.predict()
    for threshold in (0.01, 0.1, 0.5, 0.9, 0.99):
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        groups = found.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
        scored = rows.assign(author_id=rows["unique_id"].map(groups).astype(str))
        for one in evaluation.score_parts(scored):
            if one.method == evaluation.SYSTEM:
                numbers = one.pair_precision, one.pair_recall, one.pair_f1, one.cubed_f1
                print(threshold, one.part, *(f"{number:.4f}" for number in numbers))


if __name__ == "__main__":
    main()
