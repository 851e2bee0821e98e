// SQL console: SQLite in a worker; a table is loaded when a query first names it.
"use strict";

(() => {
  const { fill, format, h, load, makeTable, onState, readState, section, writeState } = dailyPapers;
  const ROW_LIMIT = 1000;
  let engine = null;

  function toBytes(base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  }

  // The worker's text is data of this page: a page opened from disk may not start one by its address.
  async function startEngine() {
    const packed = toBytes(await load("sqlite_worker", "static/vendor/sqlite_worker.js"));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const text = await new Response(stream).text();
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(address);
    const waiting = new Map();
    let lastId = 0;
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error === undefined) resolve(data.result);
      else reject(new Error(data.error));
    };
    const failAll = (message) => {
      for (const { reject } of waiting.values()) reject(new Error(message));
      waiting.clear();
    };
    worker.onerror = (event) => failAll(event.message);
    return {
      loaded: new Set(),
      ask: (message, moved = []) =>
        new Promise((resolve, reject) => {
          lastId += 1;
          waiting.set(lastId, { resolve, reject });
          worker.postMessage({ id: lastId, ...message }, moved);
        }),
      stop: () => {
        worker.terminate();
        URL.revokeObjectURL(address);
        failAll("cancelled");
      },
    };
  }

  // Levenshtein's distance.
  function countEdits(a, b) {
    let line = [...b].map((_, i) => i + 1);
    [...a].forEach((letter, row) => {
      let corner = row;
      let left = row + 1;
      line = line.map((above, i) => {
        left = Math.min(above + 1, left + 1, corner + (letter !== b[i]));
        corner = above;
        return left;
      });
    });
    return line.at(-1);
  }

  function findNear(wanted, names) {
    const distance = (name) => {
      const [schema, table] = name.split(".");
      const [asked, ofSchema] = wanted.toLowerCase().split(".").reverse();
      return countEdits(asked, table) + (ofSchema && ofSchema !== schema ? 1 : 0);
    };
    return names
      .map((name) => [distance(name), name])
      .filter(([edits]) => edits <= Math.max(2, wanted.length / 3))
      .sort((a, b) => a[0] - b[0])
      .slice(0, 3)
      .map(([, name]) => name);
  }

  // SQLite's message and what to do about it.
  function explain(message, names) {
    const wanted = /^no such table: (.+)$/.exec(message)?.[1];
    if (wanted) {
      const near = findNear(wanted, names);
      return near.length ? `${message}; near: ${near.join(", ")}` : `${message}: the tables stand beside the query; the as-of macros are in daily-papers sql "…"`;
    }
    return /syntax error|no such function|unrecognized token/.test(message)
      ? `${message}. The dialect here is SQLite's; for DuckDB's and the as-of macros: daily-papers sql "…"`
      : message;
  }

  function toCsv({ columns, rows }) {
    const cell = (value) => (value === null ? "" : /[",\n\r]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
    return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
  }

  async function setUp() {
    const { tables, examples } = await load("sql/tables");
    const names = tables.map((table) => table.name);
    const at = Object.fromEntries(["query", "run", "cancel", "download", "state", "error", "answer", "example", "tables"].map((id) => [id, document.getElementById(id)]));
    let answer = null;
    let isRunning = false;

    fill(at.example, h("option", { value: "" }, "choose one"), examples.map(({ title }, i) => h("option", { value: String(i) }, title)));
    fill(
      at.tables,
      tables.map((table) =>
        h(
          "details",
          null,
          h("summary", null, h("span", { class: "mono" }, table.name), h("span", null, format.number(table.row_count))),
          h("p", { class: "count" }, `${table.description.split("\n")[0]} Loads ${format.bytes(table.size_bytes)}.`),
          h("ul", null, table.columns.map(([name, type, about]) => h("li", { title: about }, h("b", { class: "mono" }, name), ` ${type.toLowerCase()}`, about ? h("span", { class: "sub" }, about) : null))),
        ),
      ),
    );

    // Run one job of the engine at a time; what goes wrong is said in place of an answer.
    async function work(job) {
      isRunning = true;
      at.run.disabled = true;
      at.download.disabled = true;
      at.cancel.disabled = false;
      at.error.hidden = true;
      try {
        await job();
      } catch (error) {
        answer = null;
        fill(at.answer);
        at.state.textContent = "";
        at.error.textContent = explain(error.message, names);
        at.error.hidden = false;
      } finally {
        isRunning = false;
        at.run.disabled = false;
        at.cancel.disabled = true;
        at.download.disabled = answer === null;
      }
    }

    async function loadTable(name) {
      at.state.textContent = `loading ${name} …`;
      const bytes = toBytes(await load(`sql/${name}`));
      const [schema, table] = name.split(".");
      await engine.ask({ kind: "load", schema, table, gzip: bytes }, [bytes.buffer]);
      engine.loaded.add(name);
    }

    // A table that is named without its schema is loaded when SQLite misses it: the word alone
    // could as well be a column.
    async function ask(sql, rowLimit) {
      for (;;) {
        at.state.textContent = "running …";
        try {
          return await engine.ask({ kind: "query", sql, rowLimit });
        } catch (error) {
          const wanted = /^no such table: (\w+)$/.exec(error.message)?.[1].toLowerCase();
          const of = names.filter((name) => name.split(".")[1] === wanted);
          if (of.length !== 1 || engine.loaded.has(of[0])) throw error;
          await loadTable(of[0]);
        }
      }
    }

    async function run() {
      const sql = at.query.value.trim();
      if (!sql || isRunning) return;
      // the columns of another query's answer are not those of this one
      writeState(readState().sql === sql ? { sql } : { sql, "answer.sort": null });
      answer = null;
      fill(at.answer);
      await work(async () => {
        const started = performance.now();
        at.state.textContent = "starting SQLite …";
        engine ??= await startEngine();
        for (const name of names) {
          if (new RegExp(`\\b${name.replace(".", '"?\\s*\\.\\s*"?')}\\b`, "i").test(sql) && !engine.loaded.has(name)) await loadTable(name);
        }
        answer = { sql, ...(await ask(sql, ROW_LIMIT)) };
        at.state.textContent = `${answer.isCut ? `first ${format.number(ROW_LIMIT)} rows` : format.plural(answer.rows.length, "row")} in ${Math.round(answer.milliseconds)} ms (${((performance.now() - started) / 1000).toFixed(1)} s with loading)`;
        showAnswer();
      });
      const wanted = readState().sql;
      if (wanted !== sql) follow(wanted); // the address changed meanwhile
    }

    function follow(sql) {
      if (!sql || sql === at.query.value.trim()) return;
      at.query.value = sql;
      run();
    }

    // The page shows the first rows, the file has all.
    async function download() {
      const shown = at.state.textContent;
      await work(async () => {
        const all = answer.isCut ? await ask(answer.sql) : answer;
        const address = URL.createObjectURL(new Blob([toCsv(all)], { type: "text/csv" }));
        h("a", { href: address, download: "answer.csv" }).click();
        setTimeout(() => URL.revokeObjectURL(address), 10_000);
        at.state.textContent = shown;
      });
    }

    function showAnswer() {
      const columns = answer.columns.map((label, i) => {
        const isNumber = answer.rows.length > 0 && answer.rows.every((row) => row[i] === null || typeof row[i] === "number");
        return { key: `${i}`, label, type: isNumber ? "number" : undefined, render: isNumber ? (row) => (row[i] === null ? "–" : String(row[i])) : undefined };
      });
      if (!columns.length) {
        fill(at.answer, h("p", { class: "note" }, "The statement gave no rows."));
        return;
      }
      makeTable(at.answer, {
        caption: "Answer",
        name: "answer",
        rows: answer.rows.map((row) => ({ ...row })),
        pageRows: 50,
        isSearchable: false,
        headColumn: -1,
        none: "No rows.",
        columns,
      });
    }

    at.run.addEventListener("click", run);
    at.query.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
    });
    at.cancel.addEventListener("click", () => {
      engine?.stop();
      engine = null;
    });
    at.example.addEventListener("change", () => {
      const chosen = examples[Number(at.example.value)];
      if (at.example.value === "" || !chosen) return;
      at.query.value = chosen.sql;
      run();
    });
    at.download.addEventListener("click", download);
    onState((state) => {
      if (isRunning) return; // looked at when it ends
      follow(state.sql);
      if (!at.query.value) at.query.value = examples[0]?.sql ?? `select * from ${names[0]} limit 20`;
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (section("console")) setUp();
  });
})();
