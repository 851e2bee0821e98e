// Organizations: all of them, and one with its papers and its match in the registry.
"use strict";

(() => {
  const { addDays, externalLink, fill, format, h, link, load, loadDetail, makeFigure, makeTable, notFound, paperLink, section, switchDetail, toObjects } = dailyPapers;

  function match(organization) {
    if (!organization.ror_name) return h("span", { class: "badge plain" }, "not in the registry");
    return organization.match_score === 1
      ? h("span", { class: "badge good" }, "exact name")
      : h("span", { class: "badge warn" }, `likely, score ${organization.match_score}`);
  }

  async function showAll() {
    makeTable(document.getElementById("all-table"), {
      caption: "All organizations",
      rows: toObjects(await load("organizations/all")),
      sort: "-paper_count",
      placeholder: "Search names and countries",
      none: "No organization yet.",
      alsoSearched: (r) => [...r.organization_slugs, ...r.name_variants],
      columns: [
        { key: "name", label: "Organization", render: (r) => h("a", { href: link("organizations.html", { organization: r.organization_slugs[0] }), dir: "auto" }, r.name ?? r.organization_slugs[0]) },
        { key: "paper_count", label: "Papers", type: "number" },
        { key: "upvote_count", label: "Upvotes", type: "number" },
        { key: "ror_name", label: "Registered body" },
        { key: "country_code", label: "Country" },
        { key: "match_score", label: "Match", value: (r) => (r.ror_name ? r.match_score : null), render: match },
        { key: "last_seen_on", label: "Last seen", type: "day" },
      ],
    });
  }

  async function showOrganization(body, slug) {
    const found = await loadDetail("organizations/detail", slug);
    if (!found) {
      notFound(body, "organization", slug);
      return;
    }
    const months = toObjects(found.months);
    const holders = { chart: h("div"), papers: h("div") };
    fill(
      body,
      h("h2", { dir: "auto" }, found.name ?? slug),
      h(
        "dl",
        { class: "facts" },
        h("dt", null, "Papers"),
        h("dd", null, `${format.number(found.paper_count)}, with ${format.plural(found.upvote_count ?? 0, "upvote")}`),
        h("dt", null, found.organization_slugs.length > 1 ? "Accounts" : "Account"),
        h("dd", { class: "mono" }, found.organization_slugs.join(", ")),
        found.name_variants.length > 1 ? [h("dt", null, "Also listed as"), h("dd", { dir: "auto" }, found.name_variants.filter((name) => name !== found.name).join(", "))] : "",
        h("dt", null, "Registered body"),
        h("dd", null, match(found), found.ror_name ? [" ", found.ror_id ? externalLink(found.ror_id, found.ror_name) : found.ror_name, found.country_code ? ` (${found.country_code})` : ""] : ""),
      ),
      holders.chart,
      h("h3", null, "Papers"),
      holders.papers,
    );
    if (months.length > 1) {
      makeFigure(holders.chart, {
        title: "Papers first listed, by month",
        name: "months",
        columns: [{ key: "month", label: "Month from", type: "day" }, { key: "paper_count", label: "Papers", type: "number" }],
        rows: months,
        height: 160,
        plot: () => ({
          x: { type: "utc", label: null },
          y: { label: "papers", grid: true, ticks: 4, tickFormat: "d" },
          marks: [
            Plot.rectY(months, { x1: (d) => new Date(d.month), x2: (d) => new Date(addDays(d.month, 26)), y: "paper_count", fill: "var(--c3)" }),
            Plot.ruleY([0], { stroke: "var(--muted)" }),
          ],
        }),
      });
    }
    makeTable(holders.papers, {
      caption: `Papers of ${found.name ?? slug}`,
      name: "papers",
      rows: toObjects(found.papers),
      sort: "-first_listed_on",
      placeholder: "Search these papers",
      columns: [
        { key: "title", label: "Paper", render: (r) => h("div", { class: "wide" }, paperLink(r.paper_id, r.title)) },
        { key: "upvotes", label: "Upvotes", type: "number" },
        { key: "first_listed_on", label: "First listed", type: "day" },
      ],
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("all")) showAll();
    switchDetail("organization", showOrganization);
  });
})();
