// Benchmarks: all that are named, records, contradictions, and one benchmark with its evidence.
"use strict";

(() => {
  const { fill, format, h, link, load, loadDetail, makeFigure, makeTable, notFound, paperLink, section, switchDetail, toObjects } = dailyPapers;

  function benchmarkLink(name) {
    return h("a", { href: link("benchmarks.html", { benchmark: name }), dir: "auto" }, name);
  }

  function quote(text, before = "", after = "") {
    return h("blockquote", { class: "wide", dir: "auto" }, before, h("mark", null, text), after);
  }

  function written(value, unit) {
    return unit ? (unit === "%" ? `${value} %` : `${value} ${unit}`) : String(value);
  }

  function metricOf(row) {
    return row.metric_id?.replaceAll("_", " ") ?? row.metric_name ?? "no metric named";
  }

  // A series: what may be compared.
  function seriesOf(row) {
    return [metricOf(row), row.split, row.metric_unit].filter(Boolean).join(", ");
  }

  async function showAll() {
    const rows = toObjects(await load("benchmarks/all"));
    const has = (key) => rows.length && key in rows[0];
    makeTable(document.getElementById("all-table"), {
      caption: "All benchmarks that a paper names",
      rows,
      sort: "-paper_count",
      placeholder: "Search benchmarks",
      none: "No paper names a benchmark yet.",
      columns: [
        { key: "benchmark", label: "Benchmark", render: (r) => [benchmarkLink(r.benchmark), r.is_ambiguous ? h("span", { class: "sub" }, "also a common word or a model: read the quotes") : null].filter(Boolean) },
        { key: "paper_count", label: "Papers", type: "number" },
        has("evaluated_count") ? { key: "evaluated_count", label: "Evaluate on it", type: "number" } : null,
        has("introduced_count") ? { key: "introduced_count", label: "Introduce it", type: "number" } : null,
        has("claim_count") ? { key: "claim_count", label: "Numbers", type: "number" } : null,
        { key: "first_mentioned_on", label: "First named", type: "day" },
        { key: "last_mentioned_on", label: "Last named", type: "day" },
      ].filter(Boolean),
    });
  }

  // Own numbers without a metric can be compared with nothing: how many, and how high they go.
  function sayUnnamed(claims) {
    const unnamed = claims.filter((c) => c.kind === "absolute" && c.owner === "own" && !c.metric_id && c.score !== null);
    if (!unnamed.length) return "";
    const highest = unnamed.reduce((best, c) => (c.score > best.score ? c : best));
    return `${unnamed.length === 1 ? "1 further own number names" : `${format.number(unnamed.length)} further own numbers name`} no metric, highest ${written(highest.value, highest.unit)}.`;
  }

  async function showRecords() {
    const table = await load("benchmarks/records");
    if (table.unnamed_count) {
      const note = document.getElementById("records-left-out");
      note.hidden = false;
      note.textContent = `${format.number(table.unnamed_count)} of ${format.number(table.own_count)} own numbers on a benchmark name no metric: they can be compared with nothing and are no record.`;
    }
    makeTable(document.getElementById("records-table"), {
      caption: "Newest records",
      name: "records",
      rows: toObjects(table),
      isStacked: true,
      pageRows: 8,
      placeholder: "Search records",
      none: "No number has been beaten yet.",
      sort: "-listing_date",
      columns: [
        { key: "benchmark", label: "Benchmark", render: (r) => [benchmarkLink(r.benchmark), h("span", { class: "sub" }, seriesOf(r))] },
        { key: "score", label: "Record", type: "number", render: (r) => written(r.value, r.unit) },
        { key: "previous_score", label: "Before", type: "number", render: (r) => written(r.previous_score, r.unit) },
        { key: "title", label: "Paper and its words", render: (r) => [paperLink(r.paper_id, r.title), quote(r.quote)] },
        { key: "listing_date", label: "Listed", type: "day" },
      ],
    });
  }

  function contradictionColumns(isOne) {
    const side = (paper, title, owner, text) => [paperLink(paper, title), owner === "own" ? ", its own number" : ", of another's system", quote(text)];
    return [
      isOne ? { key: "metric_id", label: "Metric", value: metricOf } : { key: "benchmark", label: "Benchmark", render: (r) => [benchmarkLink(r.benchmark), h("span", { class: "sub" }, seriesOf(r))] },
      { key: "model_name", label: "System" },
      { key: "score", label: "One says", type: "number" },
      { key: "quote", label: "in", render: (r) => side(r.paper_id, r.title, r.owner, r.quote) },
      { key: "other_score", label: "The other", type: "number" },
      { key: "other_quote", label: "in", render: (r) => side(r.other_paper_id, r.other_title, r.other_owner, r.other_quote) },
    ];
  }

  async function showContradictions() {
    makeTable(document.getElementById("contradictions-table"), {
      caption: "Contradictions",
      name: "contradictions",
      isStacked: true,
      rows: toObjects(await load("benchmarks/contradictions")),
      pageRows: 8,
      none: "No two papers give one system different numbers.",
      placeholder: "Search contradictions",
      columns: contradictionColumns(false),
    });
  }

  async function showBenchmark(body, name) {
    const found = await loadDetail("benchmarks/detail", name);
    if (!found) {
      notFound(body, "benchmark", name);
      return;
    }
    const claims = toObjects(found.claims);
    const records = toObjects(found.timeline);
    const contradictions = toObjects(found.contradictions);
    const papers = toObjects(found.papers);
    const months = toObjects(found.months);
    const holders = Object.fromEntries(["timeline", "claims", "contradictions", "papers", "months"].map((key) => [key, h("div")]));
    const facts = [
      ["Named by", format.plural(found.paper_count, "paper")],
      ["Tasks", found.tasks?.join(", ")],
      ["Also written", found.aliases?.join(" · ")],
      ["In the vocabulary", found.is_known === false ? h("span", { class: "badge warn" }, "no: found by how papers write of it") : null],
      ["Ambiguous", found.is_ambiguous ? h("span", { class: "badge warn" }, "also a common word, a short form or a model") : null],
    ].filter(([, value]) => value && value.length !== 0);
    fill(
      body,
      h("h2", { dir: "auto" }, name),
      h("dl", { class: "facts" }, facts.flatMap(([label, value]) => [h("dt", null, label), h("dd", { dir: "auto" }, value)])),
      records.length ? h("h3", null, "Record over time") : null,
      holders.timeline,
      claims.length ? h("h3", null, `${format.plural(claims.length, "reported number")}`) : null,
      holders.claims,
      contradictions.length ? h("h3", null, "Contradictions") : null,
      holders.contradictions,
      holders.months,
      h("h3", null, "Papers that name it"),
      holders.papers,
    );
    if (records.length) showTimeline(holders.timeline, name, records, claims);
    if (claims.length) {
      makeTable(holders.claims, {
        caption: `Numbers reported on ${name}`,
        name: "claims",
        isStacked: true,
        rows: claims,
        pageRows: 10,
        sort: "-first_listed_on",
        placeholder: "Search numbers, systems, quotes",
        alsoSearched: (r) => [r.paper_title, r.quote, r.value],
        columns: [
          { key: "score", label: "Number", type: "number", render: (r) => written(r.value, r.unit) },
          { key: "metric_id", label: "Metric", value: (r) => seriesOf(r), render: (r) => [seriesOf(r), h("span", { class: "sub" }, [r.kind, r.owner === "own" ? "its own" : "another's"].filter(Boolean).join(", "))] },
          { key: "model_name", label: "System" },
          { key: "quote", label: "Evidence", render: (r) => [paperLink(r.paper_id, r.paper_title), quote(r.quote, r.before, r.after)] },
          { key: "confidence", label: "Sure", type: "number", render: (r) => format.percent(r.confidence, 0) },
          { key: "first_listed_on", label: "Listed", type: "day" },
        ],
      });
    }
    if (contradictions.length) {
      makeTable(holders.contradictions, { caption: `Contradictions on ${name}`, name: "contradictions", rows: contradictions, isStacked: true, isSearchable: false, columns: contradictionColumns(true) });
    }
    if (months.length > 1) {
      makeFigure(holders.months, {
        title: "New papers that name it, by month",
        name: "months",
        columns: [{ key: "month", label: "Month from", type: "day" }, { key: "paper_count", label: "Papers", type: "number" }, { key: "share", label: "Share of the month's papers", type: "number", render: (r) => format.percent(r.share) }],
        rows: months,
        height: 160,
        plot: () => ({
          x: { type: "utc", label: null },
          y: { label: "papers", grid: true, ticks: 4, tickFormat: "d" },
          marks: [
            Plot.rectY(months, { x1: (d) => new Date(d.month), x2: (d) => new Date(dailyPapers.addDays(d.month, 26)), y: "paper_count", fill: "var(--c3)" }),
            Plot.ruleY([0], { stroke: "var(--muted)" }),
          ],
        }),
      });
    }
    makeTable(holders.papers, {
      caption: `Papers that name ${name}`,
      name: "papers",
      rows: papers,
      sort: "-first_listed_on",
      placeholder: "Search these papers",
      columns: [
        { key: "title", label: "Paper", render: (r) => h("div", { class: "wide" }, paperLink(r.paper_id, r.title)) },
        papers.some((r) => r.role) ? { key: "role", label: "Role" } : null,
        { key: "upvotes", label: "Upvotes", type: "number" },
        { key: "first_listed_on", label: "First listed", type: "day" },
      ].filter(Boolean),
    });
  }

  /* The numbers that lie within Tukey's fences or among the records: one number of another kind
     would flatten the line. */
  function withinFences(numbers, records) {
    const scores = [...numbers, ...records].map((r) => r.score).sort((a, b) => a - b);
    const quartile = (share) => scores[Math.round(share * (scores.length - 1))];
    const reach = 1.5 * (quartile(0.75) - quartile(0.25));
    const best = records.map((r) => r.score);
    const low = Math.min(quartile(0.25) - reach, ...best);
    const high = Math.max(quartile(0.75) + reach, ...best);
    return numbers.filter((n) => n.score >= low && n.score <= high);
  }

  // One figure a series that has more than one record, the longest first; then all as a table.
  function showTimeline(holder, name, records, claims) {
    const series = new Map();
    for (const record of records) {
      const key = seriesOf(record);
      if (!series.has(key)) series.set(key, []);
      series.get(key).push(record);
    }
    const charted = [...series].filter(([, of]) => of.length > 1).sort((a, b) => b[1].length - a[1].length).slice(0, 3);
    const figures = charted.map(() => h("div"));
    const table = h("div");
    const unnamed = sayUnnamed(claims);
    fill(
      holder,
      figures,
      h("p", { class: "note" }, `Only own absolute numbers count whose metric is named and is no speed, memory or cost. ${unnamed}`),
      table,
    );
    charted.forEach(([key, of], index) => {
      const others = claims.filter((c) => seriesOf(c) === key && c.kind === "absolute" && c.score !== null);
      const shown = withinFences(others, of);
      const outside = others.length - shown.length;
      const isLow = of[0].lower_is_better;
      const points = of.map((r) => ({ ...r, at: new Date(r.listing_date) }));
      makeFigure(figures[index], {
        title: `${name}: ${key}`,
        note: `${isLow ? "Lower" : "Higher"} is better. The line is the best own number so far of those that name this metric; circles are all absolute numbers that do, others' too${outside ? `, but for ${outside} far off` : ""}. ${unnamed}`,
        name: `series${index}`,
        columns: [{ key: "listing_date", label: "Listed", type: "day" }, { key: "score", label: "Record", type: "number" }, { key: "title", label: "Paper" }],
        rows: of,
        height: 240,
        plot: () => ({
          marginBottom: 46,
          x: { type: "utc", label: "first listed", labelOffset: 42, nice: true },
          y: { label: [metricOf(of[0]), of[0].metric_unit === "percent" ? "%" : of[0].metric_unit].filter(Boolean).join(", "), grid: true, nice: true },
          marks: [
            Plot.dot(shown, { x: (c) => new Date(c.first_listed_on), y: "score", stroke: "var(--muted)", r: 3, strokeOpacity: 0.7 }),
            Plot.lineY(points, { x: "at", y: "score", curve: "step-after", stroke: "var(--c3)", strokeWidth: 2 }),
            Plot.dot(points, { x: "at", y: "score", fill: "var(--c4)", r: 4.5, title: (r) => `${r.listing_date}: ${written(r.value, r.unit)}\n${r.title}`, tip: { fill: "var(--page)", stroke: "var(--line)" } }),
          ],
        }),
      });
    });
    makeTable(table, {
      caption: `Records on ${name}`,
      name: "timeline",
      isStacked: true,
      rows: records,
      pageRows: 8,
      isSearchable: false,
      sort: "-listing_date",
      columns: [
        { key: "metric_id", label: "Series", value: seriesOf },
        { key: "score", label: "Record", type: "number", render: (r) => written(r.value, r.unit) },
        { key: "title", label: "Paper and its words", render: (r) => [paperLink(r.paper_id, r.title), quote(r.quote)] },
        { key: "listing_date", label: "Listed", type: "day" },
      ],
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("all")) showAll();
    if (section("records")) showRecords();
    if (section("contradictions")) showContradictions();
    switchDetail("benchmark", showBenchmark);
  });
})();
