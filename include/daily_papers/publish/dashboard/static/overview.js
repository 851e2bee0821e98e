// Overview: the calendar of days, weekly papers, the newest list, rising tags.
"use strict";

(() => {
  const { addDays, fill, format, h, isWeekend, link, load, makeFigure, makeTable, mondayOf, paperLink, section, stateBadge, toObjects, today } = dailyPapers;
  const STATES = { c: "complete", e: "empty", p: "partial", f: "failed", h: "held back", u: "never tried" };
  const NAMES = { c: "complete", e: "empty", p: "partial", f: "failed", h: "held", u: "unknown" };
  const SVG = "http://www.w3.org/2000/svg";
  const STEP = 13; // a square of 11 and its gap

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function listDays({ first, states, papers, reasons }) {
    return [...states].map((letter, index) => {
      const day = addDays(first, index);
      return { day, letter, papers: papers[index], reason: reasons[day] ?? null };
    });
  }

  // The days after the snapshot's last one, up to today: nobody tried them for this snapshot.
  function listUntried(days) {
    const untried = [];
    for (let day = addDays(days.at(-1).day, 1); day <= today(); day = addDays(day, 1)) {
      untried.push({ day, letter: "u", papers: 0, reason: null });
    }
    return untried;
  }

  // Four depths by quarters of the days that have papers.
  function findDepths(days) {
    const counts = days.filter((d) => d.letter === "c" && d.papers > 0).map((d) => d.papers);
    counts.sort((a, b) => a - b);
    return [0.25, 0.5, 0.75].map((share) => counts[Math.floor(share * counts.length)] ?? 0);
  }

  function drawYear(year, days, depths) {
    const start = mondayOf(`${year}-01-01`);
    const drawing = svg("svg", { viewBox: `0 0 ${54 * STEP} ${7 * STEP + 14}`, role: "img" });
    const count = (letter) => days.filter((d) => d.letter === letter).length;
    drawing.setAttribute(
      "aria-label",
      `${year}: ${Object.entries(STATES).filter(([l]) => count(l)).map(([l, name]) => `${count(l)} days ${name}`).join(", ")}`,
    );
    let month = "";
    for (const { day, letter, papers, reason } of days) {
      const number = Math.round((Date.parse(day) - Date.parse(start)) / 864e5);
      const [column, row] = [Math.floor(number / 7), number % 7];
      if (day.slice(5, 7) !== month) {
        month = day.slice(5, 7);
        drawing.append(svg("text", { x: column * STEP, y: 9 }, format.month(day).slice(0, 3)));
      }
      const depth = letter === "c" ? `c${1 + depths.filter((limit) => papers > limit).length}` : letter;
      const square = svg(
        "rect",
        { x: column * STEP + 1, y: row * STEP + 15, width: 11, height: 11, rx: 2, class: depth },
        svg("title", {}, `${day}: ${STATES[letter]}, ${format.plural(papers, "paper")}${reason ? ` (${reason})` : ""}`),
      );
      if (papers > 0) {
        square.style.cursor = "pointer";
        square.addEventListener("click", () => {
          location.href = link("papers.html", { view: "day", at: day });
        });
      }
      drawing.append(square);
    }
    return h("div", { class: "year" }, h("span", null, String(year)), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Days of ${year}` }, drawing));
  }

  async function showCoverage() {
    const known = listDays(await load("overview/coverage"));
    if (!known.length) return;
    const days = [...known, ...listUntried(known)];
    const depths = findDepths(days);
    const byYear = groupBy(days, (d) => d.day.slice(0, 4));
    const legend = [
      ["c1", "complete, few papers"], ["c4", "many"], ["p", "partial"], ["f", "failed"], ["h", "held back"], ["e", "empty, confirmed"], ["u", "never tried"],
    ];
    fill(
      document.getElementById("calendar"),
      [...byYear].reverse().map(([year, of]) => drawYear(Number(year), of, depths)),
      h("ul", { class: "legend" }, legend.map(([name, text]) => h("li", null, h("i", { class: `swatch-${name}` }), text))),
    );
    const years = [...byYear].map(([year, of]) => ({
      year,
      ...Object.fromEntries(Object.keys(STATES).map((l) => [l, of.filter((d) => d.letter === l).length])),
      papers: of.reduce((sum, d) => sum + d.papers, 0),
    }));
    const details = h("details", null, h("summary", null, "The same by year, as a table"));
    const holder = h("div");
    details.append(holder);
    fill(document.getElementById("states"), details);
    makeTable(holder, {
      caption: "Days by year and state",
      name: "years",
      isSearchable: false,
      rows: years,
      columns: [
        { key: "year", label: "Year" },
        ...Object.entries(STATES).map(([key, label]) => ({ key, label, type: "number" })),
        { key: "papers", label: "papers listed", type: "number" },
      ],
    });
    showDays(days);
    showWeekly(known);
    const newest = document.querySelector("[data-metric=newest_whole_day]");
    const age = Math.floor((Date.now() - Date.parse(newest?.dateTime)) / 864e5);
    if (age >= 0) document.getElementById("freshness").textContent = age === 0 ? "today" : `${format.plural(age, "day")} ago`;
  }

  // What the squares say to a pointer, for everyone.
  function showDays(days) {
    const holder = h("div");
    const details = h("details", { ontoggle: () => {
      if (!details.open || holder.firstChild) return;
      makeTable(holder, {
        caption: "Every day with its state",
        name: "days",
        rows: days,
        sort: "-day",
        placeholder: "Search a day, a state, a reason",
        columns: [
          { key: "day", label: "Day", type: "day", render: (d) => (d.papers ? h("a", { href: link("papers.html", { view: "day", at: d.day }) }, d.day) : d.day) },
          { key: "state", label: "State", value: (d) => STATES[d.letter], render: (d) => stateBadge(NAMES[d.letter]) },
          { key: "reason", label: "Reason" },
          { key: "papers", label: "Papers", type: "number" },
        ],
      });
    } }, h("summary", null, "Every day with its state and reason"), holder);
    fill(document.getElementById("days"), details);
  }

  function groupBy(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
      const key = keyOf(item);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    }
    return groups;
  }

  function showWeekly(days) {
    const weeks = [...groupBy(days, (d) => mondayOf(d.day))].map(([week, of]) => ({
      week,
      papers: of.reduce((sum, d) => sum + d.papers, 0),
    }));
    const seen = weeks.findIndex((w) => w.papers > 0);
    const rows = weeks.slice(Math.max(seen, 0));
    makeFigure(document.getElementById("weekly"), {
      title: "Papers listed a week",
      note: "A week without a bar was not read, not quiet.",
      name: "weekly",
      columns: [{ key: "week", label: "Week from", type: "day" }, { key: "papers", label: "Papers", type: "number" }],
      rows,
      height: 200,
      plot: () => ({
        x: { type: "utc", label: null },
        y: { label: "papers", grid: true, nice: true },
        marks: [
          Plot.rectY(rows, {
            x1: (d) => new Date(d.week), x2: (d) => new Date(addDays(d.week, 6)), y: "papers", fill: "var(--c3)",
            title: (d) => `week from ${d.week}\n${d.papers} papers`, tip: { fill: "var(--page)", stroke: "var(--line)" },
          }),
          Plot.ruleY([0], { stroke: "var(--muted)" }),
        ],
      }),
    });
  }

  async function showNewest() {
    const rows = toObjects(await load("overview/newest"));
    const title = document.getElementById("newest-title");
    if (rows.length) fill(title, "Newest list: ", h("a", { href: link("papers.html", { view: "day", at: rows[0].listing_date }) }, rows[0].listing_date));
    if (rows.length && section("coverage")) await showNewestState(rows[0].listing_date);
    makeTable(document.getElementById("newest-table"), {
      caption: "Papers with the most upvotes on the newest list",
      name: "newest",
      isSearchable: false,
      rows,
      none: "No list yet.",
      columns: [
        { key: "title", label: "Paper", render: (r) => [paperLink(r.paper_id, r.title), r.organization ? h("span", { class: "sub", dir: "auto" }, r.organization) : null].filter(Boolean), isFixed: true },
        { key: "upvotes", label: "Upvotes", type: "number", isFixed: true },
      ],
    });
  }

  // The list may lack papers, and later days may have none because reading them failed.
  async function showNewestState(newest) {
    const days = listDays(await load("overview/coverage"));
    const open = days.filter(({ day, letter, papers }) => day >= newest && "pfh".includes(letter) && (papers || !isWeekend(day)));
    const element = document.getElementById("newest-state");
    element.hidden = !open.length;
    fill(
      element,
      open.slice(-3).map(({ day, letter, papers, reason }, i) => [i ? ", " : null, papers ? `${day}: papers may be missing, ` : `no list stored for ${day}: `, stateBadge(NAMES[letter]), reason ? ` (${reason})` : null]),
    );
  }

  async function showRising() {
    const rows = toObjects(await load("overview/rising"));
    if (rows.length) document.getElementById("rising-title").textContent = `Rising tags, week from ${rows[0].week_start}`;
    makeTable(document.getElementById("rising-table"), {
      caption: "Tags that gained the most share of the newest week's listings",
      name: "rising",
      isSearchable: false,
      rows,
      none: "No week with tags yet.",
      columns: [
        { key: "tag", label: "Tag", isFixed: true, render: (r) => h("a", { href: link("tags.html", { source: r.source, tag: r.tag }), dir: "auto" }, r.tag) },
        { key: "listing_count", label: "Listings", type: "number", isFixed: true },
        { key: "share", label: "Share", type: "number", isFixed: true, render: (r) => format.percent(r.share) },
        { key: "momentum", label: "Momentum, points", type: "number", isFixed: true, render: (r) => format.points(r.momentum) },
      ],
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("coverage")) showCoverage();
    if (section("newest")) showNewest();
    if (section("rising")) showRising();
  });
})();
