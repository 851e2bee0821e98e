// Authors: all of them, and one with what holds the cluster together.
"use strict";

(() => {
  const { addDays, fill, format, h, link, load, loadDetail, makeFigure, makeTable, notFound, paperLink, section, switchDetail, toObjects } = dailyPapers;

  function authorLink(id, name) {
    return h("a", { href: link("authors.html", { author: id }), dir: "auto" }, name);
  }

  function doubt(isAmbiguous) {
    return isAmbiguous ? h("span", { class: "badge warn" }, "ambiguous") : h("span", { class: "badge good" }, "clear");
  }

  function meter(share) {
    const bar = h("i");
    bar.style.width = `${Math.round(100 * share)}%`;
    return [h("span", { class: "meter", "aria-hidden": "true" }, bar), format.percent(share, 0)];
  }

  async function showAll() {
    const first = await load("authors/first");
    makeTable(document.getElementById("all-table"), {
      caption: "All authors",
      rows: toObjects(first),
      rowCount: first.row_count,
      loadAll: first.row_count > first.rows.length ? async () => toObjects(await load("authors/index")) : null,
      sort: "-paper_count",
      placeholder: "Search all names",
      columns: [
        { key: "name", label: "Author", render: (r) => authorLink(r.author_id, r.name) },
        { key: "paper_count", label: "Papers", type: "number" },
        { key: "confidence", label: "Sure", type: "number", render: (r) => format.percent(r.confidence, 0) },
        { key: "is_ambiguous", label: "One person?", value: (r) => (r.is_ambiguous ? "ambiguous" : "clear"), render: (r) => doubt(r.is_ambiguous) },
        { key: "first_seen_on", label: "First seen", type: "day" },
        { key: "last_seen_on", label: "Last seen", type: "day" },
      ],
    });
  }

  async function showAuthor(body, id) {
    const author = await loadDetail("authors/detail", id);
    if (!author) {
      notFound(body, "author", id);
      return;
    }
    const papers = toObjects(author.papers);
    const coauthors = toObjects(author.coauthors);
    const namesakes = toObjects(author.namesakes);
    const holders = { chart: h("div"), papers: h("div"), coauthors: h("div"), namesakes: h("div") };
    fill(
      body,
      h("h2", { dir: "auto" }, author.name),
      h(
        "dl",
        { class: "facts" },
        h("dt", null, "One person?"),
        h("dd", null, doubt(author.is_ambiguous), author.is_ambiguous ? " These papers may be several people's, or this person's papers may lie in several clusters." : null),
        h("dt", null, "Sure"),
        h("dd", null, meter(author.confidence), " on average over the papers"),
        h("dt", null, "Held together by"),
        h("dd", null, author.evidence ?? "–", author.method === "override" ? " (set by hand)" : ""),
        h("dt", null, "Printed as"),
        h("dd", { dir: "auto" }, (author.name_variants ?? []).join(" · ")),
        h("dt", null, "Linked accounts"),
        h("dd", null, format.number(author.account_count)),
      ),
      holders.chart,
      h("h3", null, format.plural(author.paper_count, "paper")),
      holders.papers,
      coauthors.length ? h("h3", null, "Most frequent co-authors") : null,
      holders.coauthors,
      namesakes.length ? h("h3", null, "Other clusters of this name") : null,
      namesakes.length ? h("p", { class: "note" }, "Kept apart for want of evidence; some may be the same person.") : null,
      holders.namesakes,
    );
    showMonths(holders.chart, papers);
    makeTable(holders.papers, {
      caption: `Papers of ${author.name}`,
      name: "papers",
      rows: papers,
      sort: "-first_listed_on",
      placeholder: "Search these papers",
      isSearchable: papers.length > 5,
      columns: [
        { key: "title", label: "Paper", render: (r) => h("div", { class: "wide" }, paperLink(r.paper_id, r.title)) },
        { key: "upvotes", label: "Upvotes", type: "number" },
        { key: "first_listed_on", label: "First listed", type: "day" },
      ],
    });
    if (coauthors.length) {
      makeTable(holders.coauthors, {
        caption: `Co-authors of ${author.name}`,
        name: "coauthors",
        rows: coauthors,
        isSearchable: false,
        columns: [
          { key: "name", label: "Author", render: (r) => authorLink(r.coauthor_id, r.name) },
          { key: "paper_count", label: "Shared papers", type: "number" },
        ],
      });
    }
    if (namesakes.length) {
      makeTable(holders.namesakes, {
        caption: `Other clusters named ${author.name}`,
        name: "namesakes",
        rows: namesakes,
        isSearchable: false,
        columns: [
          { key: "name", label: "Author", render: (r) => authorLink(r.other_id, r.name) },
          { key: "paper_count", label: "Papers", type: "number" },
          { key: "evidence", label: "Held together by" },
        ],
      });
    }
  }

  function showMonths(holder, papers) {
    const counts = new Map();
    for (const { first_listed_on: day } of papers) counts.set(day.slice(0, 7), (counts.get(day.slice(0, 7)) ?? 0) + 1);
    if (counts.size < 2) return;
    const rows = [...counts].sort().map(([month, paper_count]) => ({ month, paper_count }));
    makeFigure(holder, {
      title: "Papers first listed, by month",
      name: "months",
      columns: [{ key: "month", label: "Month" }, { key: "paper_count", label: "Papers", type: "number" }],
      rows,
      height: 150,
      plot: () => ({
        x: { type: "utc", label: null },
        y: { label: "papers", grid: true, ticks: 3, tickFormat: "d" },
        marks: [
          Plot.rectY(rows, { x1: (d) => new Date(`${d.month}-01`), x2: (d) => new Date(addDays(`${d.month}-01`, 26)), y: "paper_count", fill: "var(--c3)" }),
          Plot.ruleY([0], { stroke: "var(--muted)" }),
        ],
      }),
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("all")) showAll();
    switchDetail("author", showAuthor);
  });
})();
