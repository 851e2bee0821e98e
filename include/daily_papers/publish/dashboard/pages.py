"""Which pages the dashboard has, their sections, and the tables that each section needs.

A section whose tables the snapshot lacks is replaced by a line that says so.
"""

from dataclasses import dataclass

from daily_papers.publish.dashboard.data import (
    benchmarks,
    console,
    overview,
    papers,
    people,
    quality,
    tags,
)
from daily_papers.publish.dashboard.data.payloads import Export
from daily_papers.publish.snapshot_reader import SnapshotReader


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: what it needs of the snapshot and what makes its data."""

    id: str
    title: str
    needs: tuple[str, ...]
    export: Export

    def say_missing(self, reader: SnapshotReader) -> str:
        """Return a clause on the tables that the section needs and the snapshot lacks, or ""."""
        missing = [name for name in self.needs if not reader.has(name)]
        return f"this snapshot lacks {', '.join(missing)}" if missing else ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page; its template and its script have its name."""

    name: str
    title: str
    lead: str
    sections: tuple[Section, ...]

    @property
    def file(self) -> str:
        """Name of the HTML file."""
        return f"{self.name}.html"

    @property
    def nav(self) -> str:
        """Title in the navigation, one word."""
        return self.title.split(" ", maxsplit=1)[0]


PAGES = (
    Page(
        "index",
        "Overview",
        "Every listing day since 2023-05-04: what is there, how fresh it is, what is missing.",
        (
            Section("coverage", "Coverage", ("ops.coverage",), overview.export_coverage),
            Section(
                "newest", "Newest list", ("core.listings", "core.papers"), overview.export_newest
            ),
            Section("rising", "Rising tags", ("tags.tag_momentum",), overview.export_rising),
        ),
    ),
    Page(
        "papers",
        "Papers",
        "Top papers of a day, a week or a month, also as the list looked earlier.",
        (
            Section(
                "lists",
                "Top papers",
                ("core.listings", "core.papers", "core.observations"),
                papers.export_lists,
            ),
            Section("search", "All papers", ("core.papers",), papers.export_index),
            Section(
                "paper",
                "Paper",
                ("core.papers", "core.listings"),
                papers.export_details,
            ),
        ),
    ),
    Page(
        "tags",
        "Tags",
        "What gains interest, and what goes together.",
        (
            Section("momentum", "Momentum", ("tags.tag_momentum",), tags.export_momentum),
            Section(
                "together",
                "Tags that go together",
                ("tags.tag_cooccurrence", "tags.tags"),
                tags.export_matrix,
            ),
            Section("all", "All tags", ("tags.tags",), tags.export_index),
            Section(
                "tag", "Tag", ("tags.tags", "tags.paper_tags", "core.papers"), tags.export_details
            ),
        ),
    ),
    Page(
        "authors",
        "Authors",
        "Printed names grouped into people, with the evidence and the doubts.",
        (
            Section("all", "All authors", ("authors.authors",), people.export_authors),
            Section(
                "author",
                "Author",
                ("authors.authors", "authors.authorships", "core.papers"),
                people.export_author_details,
            ),
        ),
    ),
    Page(
        "organizations",
        "Organizations",
        "Who papers are listed under, and which registered body that probably is.",
        (
            Section(
                "all",
                "All organizations",
                ("authors.organizations",),
                people.export_organizations,
            ),
            Section(
                "organization",
                "Organization",
                ("authors.organizations", "core.papers"),
                people.export_organization_details,
            ),
        ),
    ),
    Page(
        "benchmarks",
        "Benchmarks",
        "Which numbers abstracts report, in whose words, and where they disagree.",
        (
            Section("all", "All benchmarks", ("benchmarks.benchmarks",), benchmarks.export_index),
            Section(
                "records",
                "Newest records",
                ("benchmarks.sota_timeline", "core.papers"),
                benchmarks.export_records,
            ),
            Section(
                "contradictions",
                "Contradictions",
                ("benchmarks.contradictions", "core.papers"),
                benchmarks.export_contradictions,
            ),
            Section(
                "benchmark",
                "Benchmark",
                ("benchmarks.benchmarks", "benchmarks.mentions", "core.papers"),
                benchmarks.export_details,
            ),
        ),
    ),
    Page(
        "quality",
        "Quality and costs",
        "What is missing, what was held back and why, and what reading the source took.",
        (
            Section("months", "Days by state", ("ops.coverage",), quality.export_months),
            Section("gaps", "Days that are not whole", ("ops.coverage",), quality.export_gaps),
            Section(
                "expectations",
                "Expectations",
                ("ops.quality_results",),
                quality.export_expectations,
            ),
            Section("quarantine", "Quarantine", ("ops.quarantine",), quality.export_quarantine),
            Section("drift", "Changes at the source", ("ops.payload_drift",), quality.export_drift),
            Section("costs", "Costs", ("ops.costs",), quality.export_costs),
            Section("runs", "Last attempts", ("ops.runs",), quality.export_runs),
            Section("snapshot", "Snapshot", (), quality.export_snapshot),
        ),
    ),
    Page(
        "sql",
        "SQL",
        "Ask the snapshot's tables here in the browser; nothing leaves this page.",
        (Section("console", "Console", (), console.export_console),),
    ),
)
