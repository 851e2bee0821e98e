// Tags: momentum by week, what goes together, all tags, and one tag.
"use strict";

(() => {
  const { fill, format, h, link, load, loadDetail, makeFigure, makeTable, makeTurns, notFound, onState, paperLink, readState, section, switchDetail, toObjects, writeState } = dailyPapers;
  const SOURCES = { ai_keywords: "Keywords", taxonomy: "Topics", arxiv_categories: "arXiv categories" };

  function tagLink(source, tag) {
    return h("a", { href: link("tags.html", { source, tag }), dir: "auto" }, tag);
  }

  // A label that fits beside an axis: letters are about 6.6 px wide.
  function shorten(text, room) {
    const letters = Math.floor((room - 14) / 6.6);
    return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
  }

  function setUpSources(names) {
    const holder = document.getElementById("sources");
    fill(holder, names.map((name) => h("button", { type: "button", "data-source": name, onclick: () => writeState({ source: name, week: null, q: null, sort: null }, { isStep: true }) }, SOURCES[name] ?? name)));
    document.getElementById("source-choice").querySelector(".bar").hidden = names.length < 2;
  }

  function pickSource(state, names) {
    return names.includes(state.source) ? state.source : names.includes("ai_keywords") ? "ai_keywords" : names[0];
  }

  const beginMomentum = makeTurns();

  async function showMomentum(state, weeksOf) {
    const isLast = beginMomentum();
    const source = pickSource(state, Object.keys(weeksOf));
    const weeks = weeksOf[source] ?? [];
    const select = document.getElementById("week");
    fill(select, weeks.toReversed().map((week) => h("option", { value: week }, week)));
    const week = weeks.includes(state.week) ? state.week : weeks.at(-1);
    if (!week) {
      fill(document.getElementById("momentum-table"), h("p", null, "No week with tags yet."));
      return;
    }
    select.value = week;
    const rows = toObjects(await load(`tags/week/${source}/${week}`));
    if (!isLast()) return;
    const known = rows.filter((r) => r.momentum !== null);
    const bars = [...known.slice(0, 8), ...known.slice(8).slice(-8)].filter((r) => r.momentum !== 0);
    if (bars.length) {
      makeFigure(document.getElementById("momentum-chart"), {
        title: `Rising and falling tags, week from ${week}`,
        note: `${format.number(rows[0].week_listing_count)} listings of that week carry a tag.`,
        height: 30 + 22 * bars.length,
        plot: (width, room = Math.min(250, width * 0.42)) => ({
          marginLeft: room,
          marginTop: 4,
          marginBottom: 36,
          x: { label: "momentum (points of share)", grid: true, transform: (v) => 100 * v, nice: true },
          y: { label: null, domain: bars.map((r) => r.tag), tickFormat: (t) => shorten(t, room) },
          marks: [
            Plot.barX(bars, { x: "momentum", y: "tag", fill: (r) => (r.momentum > 0 ? "var(--rise)" : "var(--fall)"), insetTop: 2, insetBottom: 2, title: (r) => `${r.tag}\n${format.points(r.momentum)} points\n${r.listing_count} listings` , tip: { fill: "var(--page)", stroke: "var(--line)" } }),
            Plot.ruleX([0], { stroke: "var(--muted)" }),
          ],
        }),
      });
    } else fill(document.getElementById("momentum-chart"));
    makeTable(document.getElementById("momentum-table"), {
      caption: `Tags by momentum, week from ${week}`,
      name: "momentum",
      rows,
      pageRows: 10,
      sort: "-momentum",
      placeholder: "Search this week's tags",
      columns: [
        { key: "tag", label: "Tag", render: (r) => tagLink(source, r.tag) },
        { key: "listing_count", label: "Listings", type: "number" },
        { key: "share", label: "Share", type: "number", render: (r) => format.percent(r.share) },
        { key: "baseline_share", label: "8 weeks before", type: "number", render: (r) => format.percent(r.baseline_share) },
        { key: "momentum", label: "Momentum, points", type: "number", render: (r) => format.points(r.momentum) },
      ],
    });
  }

  async function showMatrix(state) {
    const matrix = await load("tags/matrix");
    const source = pickSource(state, Object.keys(matrix));
    const { tags } = matrix[source] ?? { tags: [] };
    const pairs = toObjects(matrix[source]);
    const cells = pairs.flatMap((p) => [p, { ...p, tag: p.other_tag, other_tag: p.tag }]);
    if (!cells.length) {
      fill(document.getElementById("matrix"), h("p", null, "No two of these tags stand on one paper."));
      fill(document.getElementById("pairs"));
      return;
    }
    makeFigure(document.getElementById("matrix"), {
      title: "Papers with both tags",
      note: `The ${tags.length} most frequent; the deeper, the more papers. The strongest pairs stand below in words.`,
      height: 560,
      plot: (width) => {
        const room = width < 560 ? 92 : 190;
        const short = (t) => shorten(t, room);
        return {
          marginLeft: room,
          marginBottom: room * 0.75,
          marginTop: 4,
          x: { domain: tags, label: null, tickRotate: -45, tickFormat: short },
          y: { domain: tags, label: null, tickFormat: short },
          color: { type: "sqrt", range: ["var(--c0)", "var(--c4)"], interpolate: (a, b) => (t) => `color-mix(in oklab, ${b} ${Math.round(100 * t)}%, ${a})` },
          marks: [
            Plot.cell(cells, { x: "tag", y: "other_tag", fill: "paper_count", inset: 1, rx: 2, title: (c) => `${c.tag}\n${c.other_tag}\n${c.paper_count} papers, lift ${c.lift}`, tip: { fill: "var(--page)", stroke: "var(--line)" } }),
          ],
        };
      },
    });
    makeTable(document.getElementById("pairs"), {
      caption: "Pairs of frequent tags",
      name: "pairs",
      rows: pairs,
      pageRows: 10,
      sort: "-lift",
      isSearchable: false,
      columns: [
        { key: "tag", label: "Tag", render: (r) => tagLink(source, r.tag) },
        { key: "other_tag", label: "Other tag", render: (r) => tagLink(source, r.other_tag) },
        { key: "paper_count", label: "Papers with both", type: "number" },
        { key: "lift", label: "Lift", type: "number" },
      ],
    });
  }

  async function showAll(state) {
    const first = await load("tags/first");
    const source = pickSource(state, Object.keys(first));
    const table = first[source];
    makeTable(document.getElementById("all-table"), {
      caption: "All tags",
      rows: toObjects(table),
      rowCount: table?.row_count ?? 0,
      loadAll: table && table.row_count > table.rows.length ? async () => toObjects(await load(`tags/index/${source}`)) : null,
      sort: "-paper_count",
      placeholder: "Search all tags",
      columns: [
        { key: "tag", label: "Tag", render: (r) => tagLink(source, r.tag) },
        { key: "paper_count", label: "Papers", type: "number" },
        { key: "upvote_count", label: "Upvotes", type: "number" },
        { key: "first_listed_on", label: "First listed", type: "day" },
        { key: "last_listed_on", label: "Last listed", type: "day" },
      ],
    });
  }

  async function showTag(body, tag, state) {
    const source = state.source ?? "ai_keywords";
    const key = `${source}:${tag}`;
    const found = await loadDetail("tags/detail", key);
    if (!found) {
      notFound(body, "tag", tag);
      return;
    }
    const papers = toObjects(found.papers);
    const weeks = toObjects(found.weeks);
    const together = toObjects(found.together);
    const holders = { chart: h("div"), papers: h("div"), together: h("div") };
    const others = (found.variants ?? []).filter((v) => v !== found.label);
    fill(
      body,
      h("h2", { dir: "auto" }, found.label),
      h("p", { class: "note" }, `${SOURCES[source] ?? source} · ${format.plural(found.paper_count, "paper")} · ${format.plural(found.upvote_count ?? 0, "upvote")}`, others.length ? h("span", { class: "sub", dir: "auto" }, `Also written: ${others.join(" · ")}`) : null),
      holders.chart,
      together.length ? h("h3", null, "Goes together with") : null,
      holders.together,
      h("h3", null, papers.length < found.paper_count ? `The ${papers.length} papers with the most upvotes` : "Papers"),
      holders.papers,
    );
    if (weeks.length > 1) {
      makeFigure(holders.chart, {
        title: "Share of the week's listings",
        note: "Listings without any tag of this kind are left out.",
        name: "weeks",
        columns: [{ key: "week_start", label: "Week from", type: "day" }, { key: "listing_count", label: "Listings", type: "number" }, { key: "share", label: "Share", type: "number", render: (r) => format.percent(r.share) }],
        rows: weeks,
        height: 200,
        plot: () => ({
          x: { type: "utc", label: null },
          y: { label: "% of listings", grid: true, transform: (v) => 100 * v, nice: true, zero: true },
          marks: [
            Plot.areaY(weeks, { x: (d) => new Date(d.week_start), y: "share", fill: "var(--c3)", fillOpacity: 0.15 }),
            Plot.lineY(weeks, { x: (d) => new Date(d.week_start), y: "share", stroke: "var(--c3)", strokeWidth: 2, title: (d) => `week from ${d.week_start}\n${format.percent(d.share)}`, tip: { fill: "var(--page)", stroke: "var(--line)" } }),
          ],
        }),
      });
    }
    if (together.length) {
      makeTable(holders.together, {
        caption: `Tags on the same papers as ${found.label}`,
        name: "together",
        rows: together,
        isSearchable: false,
        columns: [
          { key: "other_tag", label: "Tag", render: (r) => tagLink(source, r.other_tag) },
          { key: "paper_count", label: "Papers with both", type: "number" },
          { key: "lift", label: "Lift", type: "number" },
        ],
      });
    }
    makeTable(holders.papers, {
      caption: `Papers tagged ${found.label}`,
      name: "papers",
      rows: papers,
      sort: "-upvotes",
      placeholder: "Search these papers",
      columns: [
        { key: "title", label: "Paper", render: (r) => h("div", { class: "wide" }, paperLink(r.paper_id, r.title)) },
        { key: "upvotes", label: "Upvotes", type: "number" },
        { key: "first_listed_on", label: "First listed", type: "day" },
      ],
    });
  }

  document.addEventListener("DOMContentLoaded", async () => {
    switchDetail("tag", showTag);
    const weeksOf = section("momentum") ? await load("tags/weeks") : {};
    const first = section("all") ? await load("tags/first") : {};
    const names = Object.keys(SOURCES).filter((name) => name in weeksOf || name in first);
    setUpSources(names);
    document.getElementById("week")?.addEventListener("change", (event) => writeState({ week: event.target.value, "momentum.q": null }, { isStep: true }));
    let shownSource = null;
    let shownWeek = null;
    onState((state) => {
      if (state.tag) return;
      const source = pickSource(state, names);
      for (const button of document.querySelectorAll("[data-source]")) button.setAttribute("aria-pressed", String(button.dataset.source === source));
      const week = `${source} ${state.week ?? ""}`;
      if (week !== shownWeek && section("momentum")) showMomentum(state, weeksOf);
      if (source !== shownSource) {
        if (section("together")) showMatrix(readState());
        if (section("all")) showAll(state);
      }
      shownSource = source;
      shownWeek = week;
    });
  });
})();
