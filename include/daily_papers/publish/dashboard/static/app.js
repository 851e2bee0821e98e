// What every page shares: data files, the state in the address, tables, charts, the theme.
// Texts of others enter the page through text nodes only; nothing here writes HTML.
"use strict";

const dailyPapers = (() => {
  // ---- data files: scripts that call receive(), because a page opened from disk may load those

  const loading = new Map();
  const received = new Map();

  function receive(name, payload) {
    received.set(name, payload);
  }

  function load(name, path = `data/${name}.js`) {
    if (!loading.has(name)) {
      loading.set(
        name,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = path;
          script.onload = () => resolve(received.get(name));
          script.onerror = () => {
            loading.delete(name);
            reject(new Error(`${path} cannot be loaded: build the dashboard again`));
          };
          document.head.append(script);
        }),
      );
    }
    return loading.get(name);
  }

  function toObjects(table) {
    if (!table) return [];
    return table.rows.map((row) => Object.fromEntries(table.columns.map((c, i) => [c, row[i]])));
  }

  // As in data/payloads.py: which file holds the details of a thing.
  function shardByHash(key) {
    let value = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(key)) {
      value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    }
    return (value % 256).toString(16).padStart(2, "0");
  }

  async function loadDetail(folder, key) {
    try {
      const shard = await load(`${folder}/${shardByHash(key)}`);
      return Object.hasOwn(shard, key) ? shard[key] : null;
    } catch {
      return null; // no such file: nothing is known of any such thing
    }
  }

  // ---- elements

  function h(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "class") element.className = value;
      else if (name === "value") element.value = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...flatten(children));
    return element;
  }

  function flatten(children) {
    return children.flat(Infinity).filter((child) => child !== null && child !== undefined);
  }

  // A link that somebody typed: one to the web is a link, anything else stays text.
  function externalLink(address, text = address) {
    if (!/^https?:\/\//i.test(address)) return h("span", null, text);
    return h("a", { href: address, rel: "noopener noreferrer", class: "external" }, text);
  }

  // A name of code, broken after its underscores where it is too long for its line.
  function codeName(text) {
    return h("code", null, text.split(/(?<=_)/).flatMap((part, i) => (i ? [h("wbr"), part] : [part])));
  }

  function paperLink(paperId, title) {
    return h("a", { href: link("papers.html", { paper: paperId }), dir: "auto" }, title);
  }

  function link(page, state) {
    return `${page}#${new URLSearchParams(state)}`;
  }

  // A section's element; null when its tables are missing and the page says so instead.
  function section(id) {
    const element = document.getElementById(id);
    return element?.hasAttribute("data-ready") ? element : null;
  }

  function fill(element, ...children) {
    element.replaceChildren(...flatten(children));
    return element;
  }

  // ---- words and numbers

  const whole = new Intl.NumberFormat("en-US");
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  const format = {
    number: (value) => (value === null || value === undefined ? "–" : whole.format(value)),
    signed: (value) => (value > 0 ? `+${whole.format(value)}` : whole.format(value)),
    percent: (value, digits = 1) =>
      value === null || value === undefined ? "–" : `${(100 * value).toFixed(digits)} %`,
    points: (value) =>
      value === null || value === undefined
        ? "–"
        : `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(100 * value).toFixed(2)}`,
    bytes: (value) =>
      value < 1e3 ? `${value} B` : value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`,
    day: (text) => (text ? String(text).slice(0, 10) : "–"),
    month: (text) => `${months[Number(text.slice(5, 7)) - 1]} ${text.slice(0, 4)}`,
    plural: (count, one, many = `${one}s`) => `${whole.format(count)} ${count === 1 ? one : many}`,
  };

  function addDays(day, count) {
    const date = new Date(`${day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + count);
    return date.toISOString().slice(0, 10);
  }

  function mondayOf(day) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    return addDays(day, -((weekday + 6) % 7));
  }

  // ---- states of days

  const states = {
    complete: ["complete", "good"], empty: ["empty, confirmed", "good"], partial: ["partial", "warn"],
    failed: ["failed", "bad"], held: ["held back", "bad"], unknown: ["never tried", "plain"],
  };

  function stateBadge(state) {
    const [name, kind] = states[state];
    return h("span", { class: `badge ${kind}` }, name);
  }

  function isWeekend(day) {
    return new Date(`${day}T00:00:00Z`).getUTCDay() % 6 === 0;
  }

  function today() {
    return new Date().toISOString().slice(0, 10);
  }

  function fold(text) {
    return String(text).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  }

  // ---- state: what is shown stands in the address, so that every view can be shared

  const listeners = [];

  function readState() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  }

  function writeState(changes, { isStep = false } = {}) {
    const state = { ...readState(), ...changes };
    for (const [name, value] of Object.entries(state)) {
      if (value === null || value === undefined || value === "") delete state[name];
    }
    const hash = `#${new URLSearchParams(state)}`;
    if (hash === location.hash || (hash === "#" && location.hash === "")) return;
    history[isStep ? "pushState" : "replaceState"](null, "", hash);
    if (isStep) tell(readState());
  }

  // Calls the listener now, and whenever a link or the back button changes the address.
  function onState(listener) {
    listeners.push(listener);
    listener(readState());
  }

  window.addEventListener("hashchange", () => tell(readState()));

  // Tables that show a part of the address, by what holds them: a new table there takes over.
  const tables = new Map();

  function tell(state) {
    for (const listener of listeners) listener(state);
    for (const [container, follow] of tables) {
      if (container.isConnected) follow(state);
      else tables.delete(container);
    }
  }

  // For a view whose data may come after those of the next: begin() gives what tells whether
  // nothing began since.
  function makeTurns() {
    let last = 0;
    return () => {
      const own = ++last;
      return () => own === last;
    };
  }

  // ---- tables: searchable, sortable, a page of rows at a time

  let tableCount = 0;

  /* Options: caption; columns [{key, label, type: text|number|day, render(row), value(row)}];
     rows; loadAll() for rows that come with the first search or sort; rowCount with them;
     name: prefix of its part of the state; sort: "-key" for descending; isSearchable;
     isStacked: on a phone a row's cells stand below one another. */
  function makeTable(container, options) {
    const pageRows = options.pageRows ?? 25;
    const prefix = options.name ? `${options.name}.` : "";
    const number = ++tableCount;
    let rows = options.rows ?? [];
    let isWhole = !options.loadAll;
    let shownCount = pageRows;
    let { sort, search } = readOwn(readState());

    const input = h("input", {
      type: "search",
      id: `search-${number}`,
      value: search,
      autocomplete: "off",
      placeholder: options.placeholder ?? "Search",
      oninput: () => change({ search: input.value }),
    });
    const count = h("p", { class: "count", role: "status" });
    const heads = new Map();
    // told again, because what is no longer laid out as a table is no longer read as one
    const role = (name) => (options.isStacked ? { role: name } : null);
    const headRow = h(
      "tr",
      role("row"),
      options.columns.map((column) => {
        const button = h(
          "button",
          {
            type: "button",
            onclick: () =>
              change({
                sort:
                  sort === `-${column.key}`
                    ? column.key
                    : sort === column.key || column.type === "number" || column.type === "day"
                      ? `-${column.key}`
                      : column.key,
              }),
          },
          column.label,
        );
        const head = h("th", { scope: "col", class: column.type ?? "text", ...role("columnheader") }, column.isFixed ? column.label : button);
        heads.set(column.key, head);
        return head;
      }),
    );
    const body = h("tbody", role("rowgroup"));
    const more = h("button", { type: "button", class: "more", onclick: () => {
      shownCount += pageRows * 4;
      draw();
    } });
    const isSearchable = options.isSearchable ?? true;
    fill(
      container,
      isSearchable
        ? h(
            "div",
            { class: "search" },
            h("label", { for: `search-${number}`, class: "hidden" }, `Search in: ${options.caption}`),
            input,
            count,
          )
        : null,
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": options.caption },
        h(
          "table",
          { class: options.isStacked ? "stacked" : null, ...role("table") },
          h("caption", { class: "hidden" }, options.caption),
          h("thead", role("rowgroup"), headRow),
          body,
        ),
      ),
      more,
    );

    function readOwn(state) {
      return { sort: state[`${prefix}sort`] ?? options.sort ?? "", search: state[`${prefix}q`] ?? "" };
    }

    function follow(state) {
      const asked = readOwn(state);
      if (asked.sort === sort && asked.search === search) return;
      ({ sort, search } = asked);
      input.value = search;
      shownCount = pageRows;
      draw();
    }

    function valueOf(column, row) {
      return column.value ? column.value(row) : row[column.key];
    }

    function select() {
      const words = fold(search).split(/\s+/).filter(Boolean);
      let chosen = rows;
      if (words.length) {
        const searched = options.columns.filter((c) => c.type !== "number");
        chosen = rows.filter((row) => {
          row.$text ??= fold(
            [...searched.map((c) => valueOf(c, row)), ...(options.alsoSearched?.(row) ?? [])].join(" "),
          );
          return words.every((word) => row.$text.includes(word));
        });
      }
      const key = sort.replace(/^-/, "");
      const column = options.columns.find((c) => c.key === key);
      if (column) {
        const sign = sort.startsWith("-") ? -1 : 1;
        chosen = [...chosen].sort((a, b) => {
          const [x, y] = [valueOf(column, a), valueOf(column, b)];
          const [noX, noY] = [x === null || x === undefined, y === null || y === undefined];
          if (noX || noY) return noX - noY; // what is not known comes last either way
          return sign * (typeof x === "number" ? x - y : String(x).localeCompare(String(y), "en"));
        });
      }
      return chosen;
    }

    function draw() {
      for (const [key, head] of heads) {
        const direction = sort === key ? "ascending" : sort === `-${key}` ? "descending" : null;
        if (direction) head.setAttribute("aria-sort", direction);
        else head.removeAttribute("aria-sort");
      }
      const chosen = select();
      const total = isWhole ? rows.length : options.rowCount;
      count.textContent =
        search.trim() || isWhole
          ? chosen.length === total
            ? format.plural(total, "row")
            : `${format.number(chosen.length)} of ${format.plural(total, "row")}`
          : format.plural(total, "row");
      fill(
        body,
        chosen.slice(0, shownCount).map((row) =>
          h(
            "tr",
            role("row"),
            options.columns.map((column, index) => {
              const value = valueOf(column, row);
              const content = column.render
                ? column.render(row)
                : column.type === "number"
                  ? format.number(value)
                  : column.type === "day"
                    ? format.day(value)
                    : (value ?? "–");
              const isHead = index === (options.headColumn ?? 0);
              return h(
                isHead ? "th" : "td",
                {
                  scope: isHead ? "row" : null,
                  class: column.type ?? "text",
                  ...role(isHead ? "rowheader" : "cell"),
                  "data-label": options.isStacked ? column.label : null,
                  dir: column.type || column.render ? null : "auto",
                },
                content,
              );
            }),
          ),
        ),
        chosen.length
          ? null
          : h("tr", role("row"), h("td", { ...role("cell"), colspan: options.columns.length, class: "none" }, options.none ?? "Nothing found.")),
      );
      const left = (isWhole ? chosen.length : options.rowCount) - Math.min(shownCount, chosen.length);
      more.hidden = left <= 0 || (!isWhole && search.trim() !== "");
      more.textContent = `Show more (${format.number(left)} left)`;
      if (!isWhole && (search.trim() || shownCount > rows.length || sort !== (options.sort ?? ""))) whole();
    }

    async function whole() {
      count.textContent = "loading all rows …";
      rows = await options.loadAll();
      isWhole = true;
      draw();
    }

    function change(changes) {
      if ("search" in changes) search = changes.search;
      if ("sort" in changes) sort = changes.sort;
      shownCount = pageRows;
      writeState({ [`${prefix}q`]: search, [`${prefix}sort`]: sort === (options.sort ?? "") ? null : sort });
      draw();
    }

    draw();
    tables.set(container, follow);
  }

  // ---- charts

  /* Options: title, note, plot(width) -> options of Plot.plot, height, columns and rows of the
     table that says the same. */
  function makeFigure(container, options) {
    const canvas = h("div", { class: "canvas", role: "img", "aria-label": `${options.title}. ${options.note ?? ""}` });
    const details = h(
      "details",
      { ontoggle: () => {
        if (details.open && !details.querySelector("table")) {
          const holder = h("div");
          details.append(holder);
          makeTable(holder, { caption: options.title, columns: options.columns, rows: options.rows, isSearchable: false, name: options.name ?? "-" });
        }
      } },
      h("summary", null, "The same as a table"),
    );
    fill(
      container,
      h(
        "figure",
        null,
        h("figcaption", null, h("strong", null, options.title), options.note ? h("span", null, options.note) : null),
        canvas,
        options.rows ? details : null,
      ),
    );
    let drawnWidth = 0;
    const draw = () => {
      const width = Math.floor(canvas.clientWidth);
      if (!width || width === drawnWidth) return;
      drawnWidth = width;
      const chart = Plot.plot({
        width,
        height: options.height ?? 240,
        marginLeft: 48,
        style: { background: "transparent", color: "inherit", fontFamily: "inherit", fontSize: "12px", overflow: "visible" },
        ...options.plot(width),
      });
      // the container says it in words; the drawing's parts would be read one by one
      chart.setAttribute("aria-hidden", "true");
      fill(canvas, chart);
    };
    new ResizeObserver(draw).observe(canvas);
    draw();
  }

  // ---- theme

  const themeKey = "daily-papers-theme";

  function storedTheme() {
    try {
      return localStorage.getItem(themeKey);
    } catch {
      return null; // a browser that keeps nothing for pages from disk
    }
  }

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  if (storedTheme()) document.documentElement.dataset.theme = storedTheme();

  function setUpTheme() {
    const button = document.getElementById("theme");
    const name = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`);
    };
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      try {
        localStorage.setItem(themeKey, theme);
      } catch {
        // chosen for this page only
      }
      name();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    name();
  }

  function sayAge() {
    for (const element of document.querySelectorAll("time[data-age]")) {
      const days = Math.floor((Date.now() - Date.parse(element.dateTime)) / 864e5);
      if (Number.isFinite(days) && days >= 0) {
        element.after(` (${days === 0 ? "today" : days === 1 ? "yesterday" : `${format.number(days)} days ago`})`);
      }
    }
  }

  // The address after # is the view: a skip link that went there would leave it.
  function setUpSkip() {
    document.querySelector("a.skip").addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("main").focus();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    setUpSkip();
    setUpTheme();
    sayAge();
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  });

  /* A page with a list and a detail view: the state's `key` names the thing that is shown.
     draw(element, id, state) fills the detail's body. */
  function switchDetail(key, draw) {
    const detail = section(key);
    const titleOfAll = document.title;
    let shown = null;
    onState(async (state) => {
      const id = state[key] ?? null;
      for (const element of document.querySelectorAll("main > section")) {
        const isDetail = element.id === key;
        element.hidden = isDetail === (id === null);
      }
      if (id !== shown) {
        shown = id;
        document.title = titleOfAll;
        if (detail) fill(detail.querySelector(".detail"));
        if (id !== null && detail) {
          // an element of its own: data that come after the next address are drawn nowhere
          const body = h("div", null, h("p", null, "loading …"));
          fill(detail.querySelector(".detail"), body);
          await draw(body, id, state);
          if (!body.isConnected) return;
          const heading = body.querySelector("h2");
          if (heading) {
            heading.tabIndex = -1;
            heading.focus({ preventScroll: true });
            document.title = `${heading.textContent} · Daily Papers`;
          }
          window.scrollTo(0, 0);
        }
      }
    });
  }

  function notFound(body, what, id) {
    fill(
      body,
      h("h2", null, `No such ${what}`),
      h("p", null, "This snapshot has nothing under ", h("code", null, id), "."),
    );
  }

  return {
    addDays,
    codeName,
    externalLink,
    fill,
    fold,
    format,
    h,
    isWeekend,
    link,
    load,
    loadDetail,
    makeFigure,
    makeTable,
    makeTurns,
    mondayOf,
    notFound,
    onState,
    paperLink,
    readState,
    receive,
    section,
    stateBadge,
    switchDetail,
    toObjects,
    today,
    writeState,
  };
})();
