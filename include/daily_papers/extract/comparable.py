"""Say which claims measure the same: an id of the metric, its family, a normalised unit.

The names follow metric_config of the Every Eval Ever schema (metric_id, metric_kind,
metric_unit). What the words do not settle stays null and is compared with nothing.
"""

import re

from daily_papers.extract.metrics import find_metrics

# Spellings of one measure. "average accuracy" is not here: an average over what?
_SAME = {
    "acc": "accuracy",
    "acc.": "accuracy",
    "accuracies": "accuracy",
    "overall accuracy": "accuracy",
    "top-1": "top-1 accuracy",
    "f1 score": "f1",
    "f1-score": "f1",
    "f1 scores": "f1",
    "macro f1": "macro-f1",
    "dice score": "dice",
    "dsc": "dice",
    "sr": "success rate",
    "success": "success rate",
    "task success": "success rate",
    "task success rate": "success rate",
    "resolved rate": "resolve rate",
    "task completion": "completion rate",
    "task completion rate": "completion rate",
    "pass rates": "pass rate",
    "precisions": "precision",
    "r@1": "recall@1",
    "auc": "auroc",
    "auc-roc": "auroc",
    "roc-auc": "auroc",
    "roc auc": "auroc",
    "mean average precision": "map",
    "average precision": "ap",
    "bleu score": "bleu",
    "fréchet inception distance": "fid",
    "fréchet video distance": "fvd",
    "is": "inception score",
    "peak signal-to-noise ratio": "psnr",
    "structural similarity": "ssim",
    "clipscore": "clip score",
    "clip-score": "clip score",
    "ppl": "perplexity",
    "perplexities": "perplexity",
    "word error rate": "wer",
    "character error rate": "cer",
    "equal error rate": "eer",
    "mean opinion score": "mos",
    "mean absolute error": "mae",
    "mean squared error": "mse",
    "win rates": "win rate",
    "winrate": "win rate",
    "lc win rate": "length-controlled win rate",
    "elo rating": "elo",
    "attack success rate": "asr",
    "false positive rate": "fpr",
    "hallucination rates": "hallucination rate",
    "scores": "score",
    "overall score": "score",
    "average accuracies": "average accuracy",
    "total score": "score",
    "task score": "score",
}
# Words that stand for whatever was measured.
_VAGUE = frozenset(
    {"performance", "rating", "error", "errors", "error rate", "error rates", "median error"}
    | {"agreement", "correlation", "r", "time", "faster", "efficiency", "retention", "preference"}
    | {"harmfulness", "toxicity", "hallucination", "hallucinations", "forgetting", "utilization"}
)
# Written as 0.85, 85 or 85 %; what a bare 85 means is clear.
_SHARES = frozenset(
    {"accuracy", "success rate", "F1", "pass@1", "precision", "recall", "AUC", "mAP", "mIoU"}
    | {"win rate", "attack success rate", "hallucination rate", "NDCG", "BLEU"}
)
_NO_SHARES = frozenset({"elo"})
_UNITS = {
    "%": "percent",
    "points": "points",
    "pp": "points",
    "x": "factor",
    "second": "s",
    "seconds": "s",
    "sec": "s",
    "secs": "s",
    "milliseconds": "ms",
    "millisecond": "ms",
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "hour": "hours",
    "day": "days",
    "fps": "frames/s",
    "frames per second": "frames/s",
    "tokens per second": "tokens/s",
    "token per second": "tokens/s",
    "token/s": "tokens/s",
    "tokens/sec": "tokens/s",
    "tps": "tokens/s",
    "tok/s": "tokens/s",
}
_NO_WORD = re.compile(r"[^\w]+")


def identify_metric(written: str | None, benchmark: str | None) -> tuple[str | None, str | None]:
    """Return the id and the family of a metric.

    Args:
        written: as the text has it: "Pass@1", "GenEval score".
        benchmark: name of the claim's benchmark, as written.

    Returns:
        metric_id: one spelling a measure ("pass_at_1", "score"); None where the word
            ("performance") does not say what was measured.
        metric_kind: name of the metric's row in data/metrics.csv; None when it has none.
    """
    if written is None:
        return None, None
    kinds = find_metrics(written, 0, len(written))
    kind = kinds[-1][2].name if kinds else None
    name = " ".join(written.casefold().split())
    if benchmark is not None:
        name = name.removeprefix(benchmark.casefold()).strip(" -")
    if name == "bench score" or name.endswith(("eval score", "bench score")):
        name = "score"
    name = _SAME.get(name, name)
    if name.endswith((" rates", " scores", " distances")):
        name = name[:-1]
        name = _SAME.get(name, name)
    if not name or name in _VAGUE:
        return None, kind
    return _NO_WORD.sub("_", name.replace("@", " at ")).strip("_"), kind


def normalise_unit(unit: str, score: float, metric_id: str | None, kind: str | None) -> str | None:
    """Return the scale that a number stands on; two scales are never compared.

    Args:
        unit: as written, "" for none.
        score: the number.
        metric_id: from identify_metric.
        kind: likewise.

    Returns:
        "percent", "proportion", "points", "factor", "ms", ...; None for a bare number of a
        metric whose scale the number does not show (FID, PSNR).
    """
    if unit:
        plain = " ".join(unit.replace("-", " ").split())
        return _UNITS.get(plain.casefold(), plain)
    if (kind in _SHARES or kind == "score") and metric_id not in _NO_SHARES:
        if 0 <= score <= 1:
            return "proportion"
        return "percent" if kind in _SHARES else "points"
    return None
