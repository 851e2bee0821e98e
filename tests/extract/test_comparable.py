"""extract.comparable: spellings of one measure meet, scales are told apart."""

import pytest
from daily_papers.extract.comparable import identify_metric, normalise_unit


@pytest.mark.parametrize(
    ("written", "benchmark", "metric_id", "kind"),
    [
        ("accuracy", None, "accuracy", "accuracy"),
        ("Accuracies", None, "accuracy", "accuracy"),
        ("overall accuracy", None, "accuracy", "accuracy"),
        ("average accuracy", None, "average_accuracy", "accuracy"),
        ("top-1 accuracy", None, "top_1_accuracy", "accuracy"),
        ("Pass@1", "HumanEval", "pass_at_1", "pass@1"),
        ("pass@32", None, "pass_at_32", "pass@1"),
        ("success rates", "LIBERO", "success_rate", "success rate"),
        ("GenEval score", "GenEval", "score", "score"),
        ("VBench score", "VBench 2.0", "score", "score"),
        ("F1-score", None, "f1", "F1"),
        ("Attack Success Rates", None, "asr", "attack success rate"),
        ("gFID", None, "gfid", "FID"),
        ("FID", None, "fid", "FID"),
        ("performance", None, None, "score"),
        ("a measure of ours", None, "a_measure_of_ours", None),
        (None, "GSM8K", None, None),
    ],
)
def test_one_measure_has_one_id(
    written: str | None, benchmark: str | None, metric_id: str | None, kind: str | None
) -> None:
    assert identify_metric(written, benchmark) == (metric_id, kind)


@pytest.mark.parametrize(
    ("unit", "score", "metric", "expected"),
    [
        ("%", 85.0, "accuracy", "percent"),
        ("", 85.0, "accuracy", "percent"),
        ("", 0.85, "accuracy", "proportion"),
        ("points", 85.0, "accuracy", "points"),
        ("pp", 2.0, "accuracy", "points"),
        ("x", 2.0, None, "factor"),
        ("", 0.86, "score", "proportion"),
        ("", 86.0, "score", "points"),
        ("", 2.1, "FID", None),
        ("", 0.4, "FID", None),
        ("dB", 30.0, "PSNR", "dB"),
        ("seconds", 3.0, "latency", "s"),
        ("GPU-hours", 3.0, "cost", "GPU hours"),
        ("", 1200.0, "Elo", None),
    ],
)
def test_a_number_says_on_what_scale_it_stands(
    unit: str, score: float, metric: str | None, expected: str | None
) -> None:
    metric_id, kind = identify_metric(metric, None)
    assert normalise_unit(unit, score, metric_id, kind) == expected
