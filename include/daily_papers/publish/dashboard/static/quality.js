// Data quality and costs.
"use strict";

(() => {
  const { codeName, format, h, link, load, makeFigure, makeTable, onState, section, toObjects } = dailyPapers;
  const STATES = ["complete", "empty", "partial", "failed", "held", "unknown"];
  const COLOURS = ["var(--c3)", "var(--c1)", "var(--partial)", "var(--failed)", "var(--held)", "var(--c0)"];

  function badge(state) {
    const kind = { complete: "good", empty: "good", passed: "good", failed: "bad", held: "bad", partial: "warn", warning: "warn" }[state];
    return h("span", { class: `badge ${kind ?? "plain"}` }, state);
  }

  function result({ failing_rows: count, severity }) {
    return count === 0 ? "passed" : severity === "warn" ? "warning" : "failed";
  }

  function share(value) {
    return format.percent(value, 0);
  }

  const TABLES = {
    gaps: {
      caption: "Days that are not whole",
      sort: "-listing_date",
      none: "Every day that was tried is whole.",
      columns: [
        { key: "listing_date", label: "Day", type: "day", render: (r) => (r.paper_count ? h("a", { href: link("papers.html", { view: "day", at: r.listing_date }) }, r.listing_date) : r.listing_date) },
        { key: "state", label: "State", render: (r) => badge(r.state) },
        { key: "reason", label: "Reason" },
        { key: "error", label: "What went wrong" },
        { key: "paper_count", label: "Papers", type: "number" },
        { key: "quarantined_count", label: "Held rows", type: "number" },
        { key: "attempt_count", label: "Attempts", type: "number" },
      ],
    },
    expectations: {
      caption: "Expectations",
      sort: "-missed_count",
      columns: [
        { key: "expectation", label: "Expectation", render: (r) => codeName(r.expectation) },
        { key: "column_name", label: "Column" },
        { key: "severity", label: "Severity" },
        { key: "met_count", label: "Days met", type: "number" },
        { key: "missed_count", label: "Days missed", type: "number" },
        { key: "unjudged_count", label: "Not judged", type: "number" },
        { key: "last_missed_on", label: "Last missed", type: "day" },
      ],
    },
    quarantine: {
      caption: "Quarantine by reason",
      sort: "-held_count",
      none: "No row was ever held back.",
      columns: [
        { key: "reason_code", label: "Reason", render: (r) => codeName(r.reason_code) },
        { key: "held_count", label: "Held", type: "number" },
        { key: "released_count", label: "Released", type: "number" },
        { key: "day_count", label: "Days", type: "number" },
        { key: "first_day", label: "First", type: "day" },
        { key: "last_day", label: "Last", type: "day" },
        { key: "example", label: "For instance" },
      ],
    },
    drift: {
      caption: "Changes at the source",
      sort: "-listing_date",
      none: "The source has sent the same fields all along.",
      columns: [
        { key: "listing_date", label: "Day", type: "day" },
        { key: "path", label: "Field", render: (r) => codeName(r.path) },
        { key: "kind", label: "Change", value: (r) => r.kind.replaceAll("_", " ") },
        { key: "share_before", label: "Share before", type: "number", render: (r) => share(r.share_before) },
        { key: "share", label: "now", type: "number", render: (r) => share(r.share) },
        { key: "types", label: "Types", value: (r) => [r.types_before?.join(", "), r.types?.join(", ")].filter(Boolean).join(" → ") },
      ],
    },
    costs: {
      caption: "Costs by month",
      sort: "-month",
      isSearchable: false,
      columns: [
        { key: "month", label: "Month" },
        { key: "attempt_count", label: "Attempts", type: "number" },
        { key: "request_count", label: "Requests", type: "number" },
        { key: "retry_count", label: "Retries", type: "number" },
        { key: "size_bytes", label: "Read", type: "number", render: (r) => format.bytes(r.size_bytes) },
        { key: "seconds", label: "Seconds", type: "number" },
      ],
    },
    runs: {
      caption: "Last attempts",
      sort: "-attempt_at",
      columns: [
        { key: "attempt_at", label: "Begun (UTC)" },
        { key: "listing_date", label: "Day", type: "day" },
        { key: "attempt_no", label: "Attempt", type: "number" },
        { key: "state", label: "State", render: (r) => badge(r.state) },
        { key: "reason", label: "Reason", value: (r) => [r.reason, r.error].filter(Boolean).join(": ") || null },
        { key: "rows_in", label: "Rows read", type: "number" },
        { key: "rows_landed", label: "Landed", type: "number" },
        { key: "rows_quarantined", label: "Held", type: "number" },
      ],
    },
    tables: {
      caption: "Tables of the snapshot",
      isSearchable: false,
      pageRows: 50,
      columns: [
        { key: "table", label: "Table", render: (r) => h("a", { href: link("sql.html", { sql: `select * from ${r.table} limit 20` }), class: "mono" }, r.table) },
        { key: "description", label: "What it is" },
        { key: "row_count", label: "Rows", type: "number" },
        { key: "size_bytes", label: "Size", type: "number", render: (r) => format.bytes(r.size_bytes) },
      ],
    },
    checks: {
      caption: "Checks of the snapshot",
      pageRows: 10,
      columns: [
        { key: "check", label: "Check", render: (r) => codeName(r.check) },
        { key: "severity", label: "Severity" },
        { key: "failing_rows", label: "Failing rows", type: "number" },
        { key: "result", label: "Result", value: result, render: (r) => badge(result(r)) },
        { key: "explanation", label: "What it finds" },
      ],
    },
  };

  async function showTable(name) {
    const rows = toObjects(await load(`quality/${name}`));
    makeTable(document.getElementById(`${name}-table`), { name, rows, pageRows: 8, isSearchable: rows.length > 8, ...TABLES[name] });
    return rows;
  }

  async function showMonths() {
    const rows = toObjects(await load("quality/months"));
    const months = Object.values(Object.groupBy(rows, (r) => r.month)).map((of) => ({ month: of[0].month, ...Object.fromEntries(of.map((r) => [r.state, r.day_count])) }));
    makeFigure(document.getElementById("months-chart"), {
      title: "Days by month and state",
      note: "Weekends mostly have no list and are never tried.",
      name: "months",
      rows: months,
      columns: [{ key: "month", label: "Month" }, ...STATES.map((key) => ({ key, label: key === "unknown" ? "never tried" : key, type: "number", value: (r) => r[key] ?? 0 }))],
      height: 230,
      plot: () => ({
        x: { type: "utc", label: null },
        y: { label: "days", grid: true },
        color: { domain: STATES, range: COLOURS, legend: false },
        marks: [
          Plot.rectY(rows.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state)), {
            x1: (r) => new Date(`${r.month}-01`), x2: (r) => new Date(dailyPapers.addDays(`${r.month}-01`, 26)), y: "day_count", fill: "state", order: STATES,
            title: (r) => `${r.month}\n${r.day_count} days ${r.state === "unknown" ? "never tried" : r.state}`, tip: { fill: "var(--page)", stroke: "var(--line)" },
          }),
          Plot.ruleY([0], { stroke: "var(--muted)" }),
        ],
      }),
    });
    const legend = [["c3", "complete"], ["e", "empty, confirmed"], ["p", "partial"], ["f", "failed"], ["h", "held back"], ["u", "never tried"]];
    document.getElementById("months-chart").append(h("ul", { class: "legend" }, legend.map(([name, text]) => h("li", null, h("i", { class: `swatch-${name}` }), text))));
  }

  async function showCosts() {
    const rows = await showTable("costs");
    if (rows.length < 2) return;
    makeFigure(document.getElementById("costs-chart"), {
      title: "Bytes read by month",
      height: 160,
      plot: () => ({
        x: { type: "utc", label: null },
        y: { label: "MB, uncompressed", grid: true, transform: (v) => v / 1e6, ticks: 4 },
        marks: [
          Plot.rectY(rows, { x1: (r) => new Date(`${r.month}-01`), x2: (r) => new Date(dailyPapers.addDays(`${r.month}-01`, 26)), y: "size_bytes", fill: "var(--c3)" }),
          Plot.ruleY([0], { stroke: "var(--muted)" }),
        ],
      }),
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("months")) showMonths();
    for (const name of ["gaps", "expectations", "quarantine", "drift", "runs"]) if (section(name)) showTable(name);
    if (section("costs")) showCosts();
    showTable("tables");
    showTable("checks");
    onState(() => {});
  });
})();
