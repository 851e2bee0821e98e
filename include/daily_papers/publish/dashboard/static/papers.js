// Papers: top lists as of a time, search over all, and one paper.
"use strict";

(() => {
  const { addDays, externalLink, fill, format, h, isWeekend, link, load, loadDetail, makeFigure, makeTable, makeTurns, mondayOf, notFound, onState, paperLink, section, stateBadge, switchDetail, toObjects, writeState } = dailyPapers;

  // ---- top lists

  const keyOf = {
    day: (day) => day,
    week: mondayOf,
    month: (day) => day.slice(0, 7),
  };
  const nameOf = {
    day: (key) => key,
    week: (key) => `week from ${key}`,
    month: (key) => format.month(`${key}-01`),
  };

  /* The papers of some listings as they stood at `ts`, as core.top_papers does it: what was not
     yet seen on these lists is absent, a paper stands once, ties go by its id. */
  function rank(listings, ts) {
    const papers = new Map();
    for (const listing of listings) {
      if (listing.first_observed_at > ts) continue;
      const known = papers.get(listing.paper_id);
      if (known) {
        if (listing.listing_date < known.listing_date) known.listing_date = listing.listing_date;
        continue;
      }
      const seen = listing.observations.filter(([at]) => at <= ts);
      const newest = (column) => seen.findLast((o) => o[column] !== null)?.[column] ?? null;
      // null where nobody looked again
      const later = listing.observations.findLast(([at, upvotes]) => at > ts && upvotes !== null);
      papers.set(listing.paper_id, {
        paper_id: listing.paper_id,
        title: listing.title,
        organization: listing.organization,
        listing_date: listing.listing_date,
        upvotes: newest(1),
        comments: newest(2),
        seen_at: seen.at(-1)?.[0] ?? null,
        later: later ? later[1] : null,
      });
    }
    const ranked = [...papers.values()].sort(
      (a, b) =>
        (a.upvotes === null) - (b.upvotes === null) ||
        b.upvotes - a.upvotes ||
        (a.paper_id < b.paper_id ? -1 : 1),
    );
    ranked.forEach((paper, index) => {
      paper.rank = index + 1;
    });
    return ranked;
  }

  function gained({ later, upvotes }) {
    return later === null || upvotes === null ? null : later - upvotes;
  }

  // The period that an address names, or null: "2026-01-05" for a day, any day of a week, "2026-01".
  function readPeriod(text, view) {
    const day = view === "month" ? `${text?.slice(0, 7)}-01` : text;
    if (!/^\d{4}-\d\d-\d\d$/.test(day ?? "") || Number.isNaN(Date.parse(day)) || addDays(day, 0) !== day) return null;
    return keyOf[view](day);
  }

  async function setUpLists() {
    const known = toObjects(await load("papers/days"));
    const days = known.filter((d) => d.paper_count > 0).map((d) => d.listing_date);
    const byDay = new Map(known.map((d) => [d.listing_date, d]));
    const periodSelect = document.getElementById("period");
    const asOfSelect = document.getElementById("as-of");
    const holder = document.getElementById("top");
    if (!days.length) {
      fill(holder, h("p", null, "No list yet."));
      return;
    }
    let periods = [];
    let shown = "";
    const begin = makeTurns();

    function endsOf(key, view) {
      if (view === "month") return [`${key}-01`, `${key}-31`];
      return [key, view === "week" ? addDays(key, 6) : key];
    }

    /* The days of a period that are not whole: tried without success, or between the first and
       the last known day and never tried. Weekends mostly have no list: one without papers is
       left out. Of a single day without a list, that day. */
    function findOpenDays(key, view, hasList) {
      const [first, last] = endsOf(key, view);
      const open = [];
      for (let day = first; day <= last; day = addDays(day, 1)) {
        const { state, reason, paper_count: papers } = byDay.get(day) ?? { state: "unknown", reason: null, paper_count: 0 };
        const isBetween = day > known[0].listing_date && day < known.at(-1).listing_date;
        const isOpen = state === "unknown" ? isBetween : ["partial", "failed", "held"].includes(state);
        const isIdle = isWeekend(day) && !papers;
        if ((isOpen && !isIdle) || (view === "day" && !hasList && state)) open.push({ day, state, reason });
      }
      return open;
    }

    function showStates(key, view, hasList) {
      const open = findOpenDays(key, view, hasList);
      const element = document.getElementById("states-note");
      element.hidden = hasList && !open.length;
      fill(
        element,
        hasList ? (view === "day" ? "Papers may be missing: " : "Not whole: ") : `No list stored for ${view === "day" ? key : `this ${view}`}${open.length ? ": " : "."}`,
        open.slice(0, 5).map(({ day, state, reason }, i) => [i ? ", " : null, view === "day" ? null : `${day} `, stateBadge(state), reason ? ` (${reason})` : null]),
        open.length > 5 ? ` and ${format.plural(open.length - 5, "more day", "more days")}` : null,
      );
    }

    async function readListings(key, view) {
      const [first, last] = endsOf(key, view);
      const wanted = [...new Set(days.filter((d) => d >= first && d <= last).map((d) => d.slice(0, 7)))];
      const months = await Promise.all(wanted.map((month) => load(`papers/month/${month}`)));
      return months.flatMap(toObjects).filter((l) => l.listing_date >= first && l.listing_date <= last);
    }

    onState(async (state) => {
      if (state.paper) return;
      const isLast = begin();
      const view = keyOf[state.view] ? state.view : "day";
      const asked = readPeriod(state.at, view);
      // also one without a list, where somebody asks for it: another day's would mislead
      periods = [...new Set([...days.map(keyOf[view]), ...(asked ? [asked] : [])])].sort();
      const at = asked ?? keyOf[view](days.at(-1));
      for (const button of document.querySelectorAll("[data-view]")) {
        button.setAttribute("aria-pressed", String(button.dataset.view === view));
      }
      fill(periodSelect, [...periods].reverse().map((p) => h("option", { value: p }, nameOf[view](p))));
      periodSelect.value = at;
      document.getElementById("earlier").disabled = periods[0] === at;
      document.getElementById("later").disabled = periods.at(-1) === at;

      const listings = await readListings(at, view);
      if (!isLast()) return;
      const times = listings.flatMap((l) => [l.first_observed_at, ...l.observations.map((o) => o[0])]);
      const seenDays = [...new Set(times.filter(Boolean).map((t) => t.slice(0, 10)))].sort();
      const asOf = seenDays.includes(state.asof) ? state.asof : "";
      fill(
        asOfSelect,
        h("option", { value: "" }, "latest"),
        seenDays.toReversed().map((day) => h("option", { value: day }, `end of ${day}`)),
      );
      asOfSelect.value = asOf;
      const current = JSON.stringify([view, at, asOf]);
      if (current === shown) return;
      shown = current;
      const rows = rank(listings, asOf ? `${asOf} 23:59:59` : "9999");
      const seen = rows.map((r) => format.day(r.seen_at)).filter((day) => day !== "–").sort();
      const seenWords = !seen.length ? "never seen with counts" : seen[0] === seen.at(-1) ? `counts as seen on ${seen[0]}` : `counts as last seen between ${seen[0]} and ${seen.at(-1)}`;
      showStates(at, view, listings.length > 0);
      document.getElementById("lists-title").textContent = `Top papers, ${nameOf[view](at)}`;
      document.getElementById("as-of-note").textContent = asOf
        ? `As the ${view === "day" ? "list" : "lists"} looked at the end of ${asOf}: ${format.plural(rows.length, "paper")} seen by then. Change: upvotes gained since; – where nobody looked again.`
        : listings.length
          ? `${format.plural(rows.length, "paper")}, ${seenWords}.`
          : "";
      if (!listings.length) {
        fill(holder);
        return;
      }
      makeTable(holder, {
        caption: `Top papers, ${nameOf[view](at)}`,
        name: "top",
        rows,
        headColumn: 1,
        placeholder: "Search this list",
        alsoSearched: (r) => [r.organization ?? ""],
        columns: [
          { key: "rank", label: "#", type: "number" },
          { key: "title", label: "Paper", render: (r) => h("div", { class: "wide" }, paperLink(r.paper_id, r.title), r.organization ? h("span", { class: "sub", dir: "auto" }, r.organization) : null) },
          { key: "upvotes", label: "Upvotes", type: "number" },
          asOf ? { key: "change", label: "Change", type: "number", value: gained, render: (r) => (gained(r) === null ? "–" : format.signed(gained(r))) } : null,
          { key: "comments", label: "Comments", type: "number" },
          view === "day" ? null : { key: "listing_date", label: "Listed", type: "day" },
        ].filter(Boolean),
      });
    });

    const go = (changes) => writeState({ "top.q": null, "top.sort": null, ...changes }, { isStep: true });
    for (const button of document.querySelectorAll("[data-view]")) {
      button.addEventListener("click", () => {
        const day = periodSelect.value.length === 7 ? days.findLast((d) => d.startsWith(periodSelect.value)) : periodSelect.value;
        // from a week to a day: the week's last day that has a list
        const end = document.querySelector("[data-view=week][aria-pressed=true]") ? addDays(day, 6) : day;
        const anchor = days.findLast((d) => d <= end) ?? days[0];
        go({ view: button.dataset.view, at: keyOf[button.dataset.view](anchor), asof: null });
      });
    }
    periodSelect.addEventListener("change", () => go({ at: periodSelect.value, asof: null }));
    asOfSelect.addEventListener("change", () => go({ asof: asOfSelect.value }));
    const move = (steps) => go({ at: periods[periods.indexOf(periodSelect.value) + steps], asof: null });
    document.getElementById("earlier").addEventListener("click", () => move(-1));
    document.getElementById("later").addEventListener("click", () => move(1));
  }

  async function setUpSearch() {
    const first = await load("papers/first");
    makeTable(document.getElementById("all"), {
      caption: "All papers",
      placeholder: "Search all titles",
      sort: "-upvotes",
      rows: toObjects(first),
      rowCount: first.row_count,
      loadAll: first.row_count > first.rows.length ? async () => toObjects(await load("papers/index")) : null,
      alsoSearched: (r) => [r.organization ?? "", r.paper_id],
      columns: [
        { key: "title", label: "Paper", render: (r) => h("div", { class: "wide" }, paperLink(r.paper_id, r.title), r.organization ? h("span", { class: "sub", dir: "auto" }, r.organization) : null) },
        { key: "upvotes", label: "Upvotes", type: "number" },
        { key: "comments", label: "Comments", type: "number" },
        { key: "first_listed_on", label: "First listed", type: "day" },
      ],
    });
  }

  // ---- one paper

  async function showPaper(body, id) {
    const paper = await loadDetail("papers/detail", id);
    if (!paper) {
      notFound(body, "paper", id);
      return;
    }
    const facts = [
      ["Listed", (paper.listings ?? []).map(([day, place], i) => [i ? ", " : "", h("a", { href: link("papers.html", { view: "day", at: day }) }, day), ` (place ${place})`])],
      ["Published", paper.published_on],
      ["Upvotes", paper.upvotes === null ? null : `${format.number(paper.upvotes)}, comments ${format.number(paper.comments)}`],
      ["Organization", paper.organization_slug ? h("a", { href: link("organizations.html", { organization: paper.organization_slug }), dir: "auto" }, paper.organization_name ?? paper.organization_slug) : null],
      ["Code", paper.github_repo ? [externalLink(paper.github_repo), paper.github_stars === null ? "" : ` (${format.plural(paper.github_stars, "star")})`] : null],
      ["Project", paper.project_page ? externalLink(paper.project_page) : null],
      ["arXiv", paper.categories?.length ? paper.categories.join(", ") : null],
      ["Repeats", paper.duplicate_of ? paperLink(paper.duplicate_of, paper.duplicate_of) : null],
    ].filter(([, value]) => value && (!Array.isArray(value) || value.length));
    const chart = h("div");
    const isArxiv = !id.startsWith("title:");
    fill(
      body,
      h("h2", { dir: "auto" }, paper.title),
      h(
        "p",
        { class: "note", dir: "auto" },
        (paper.authors ?? []).flatMap(([author, name], index) => [index ? ", " : "", h("a", { href: link("authors.html", { author }) }, name)]),
      ),
      isArxiv
        ? h("p", null, externalLink(`https://arxiv.org/abs/${id}`, `arXiv ${id}`), " · ", externalLink(`https://huggingface.co/papers/${id}`, "its page at the source"))
        : h("p", null, "Known by its title alone, from a text capture."),
      h("dl", { class: "facts" }, facts.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]).flat()),
      paper.abstract ? h("p", { class: "abstract", dir: "auto" }, paper.abstract) : null,
      chips("Tags", (paper.tags ?? []).map(([source, tag]) => [tag, link("tags.html", { source, tag })])),
      chips("Benchmarks it names", (paper.benchmarks ?? []).map((name) => [name, link("benchmarks.html", { benchmark: name })])),
      h("h3", null, "Upvotes as seen"),
      chart,
    );
    const seen = (paper.observations ?? []).filter(([, upvotes]) => upvotes !== null).map(([at, upvotes, comments]) => ({ at, upvotes, comments }));
    if (!seen.length) {
      fill(chart, h("p", { class: "note" }, "Never seen with a count."));
      return;
    }
    makeFigure(chart, {
      title: `Upvotes, ${format.plural(seen.length, "observation")}`,
      note: `First ${seen[0].upvotes} on ${format.day(seen[0].at)}, last ${seen.at(-1).upvotes} on ${format.day(seen.at(-1).at)}.`,
      name: "seen",
      columns: [{ key: "at", label: "Seen at (UTC)" }, { key: "upvotes", label: "Upvotes", type: "number" }, { key: "comments", label: "Comments", type: "number" }],
      rows: seen,
      height: 200,
      plot: () => ({
        marginBottom: 46,
        x: { type: "utc", label: "seen at (UTC)", labelOffset: 42, nice: true },
        y: { label: "upvotes", grid: true, zero: true, nice: true },
        marks: [
          Plot.lineY(seen, { x: (d) => new Date(`${d.at.replace(" ", "T")}Z`), y: "upvotes", stroke: "var(--c3)", strokeWidth: 2 }),
          Plot.dot(seen, { x: (d) => new Date(`${d.at.replace(" ", "T")}Z`), y: "upvotes", fill: "var(--c4)", r: 4 }),
        ],
      }),
    });
  }

  function chips(title, items) {
    return items.length
      ? h("div", null, h("h3", null, title), h("ul", { class: "chips" }, items.map(([text, href]) => h("li", null, h("a", { href, dir: "auto" }, text)))))
      : null;
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("lists")) setUpLists();
    if (section("search")) setUpSearch();
    switchDetail("paper", showPaper);
  });
})();
