// The SQL console's engine: SQLite in a worker, so that a long query never freezes the page
// and can be ended. Tables come as gzip of an SQLite file that holds one table.
import initSqlJs from "sql.js/dist/sql-wasm.js";
import wasmBinary from "sql.js/dist/sql-wasm.wasm";

const ready = initSqlJs({ wasmBinary: wasmBinary.buffer }).then((SQL) => {
  const db = new SQL.Database();
  addFunctions(db);
  return { SQL, db };
});
const schemas = new Set();

// What analysts know from DuckDB and SQLite lacks; days and times are ISO 8601 text.
function addFunctions(db) {
  db.create_function("year", (day) => (day === null ? null : Number(day.slice(0, 4))));
  db.create_function("month", (day) => (day === null ? null : Number(day.slice(5, 7))));
  db.create_function("date_trunc", (part, day) => (day === null ? null : truncate(part, day)));
  db.create_function("regexp_matches", (text, pattern) =>
    text === null ? null : Number(new RegExp(pattern, "u").test(text)),
  );
  for (const [name, isBetter] of [
    ["arg_max", (a, b) => a > b],
    ["arg_min", (a, b) => a < b],
  ]) {
    db.create_aggregate(name, {
      init: () => null,
      step: (best, value, by) =>
        value !== null && by !== null && (best === null || isBetter(by, best.by))
          ? { value, by }
          : best,
      finalize: (best) => (best === null ? null : best.value),
    });
  }
}

function truncate(part, day) {
  if (part === "year") return `${day.slice(0, 4)}-01-01`;
  if (part === "month") return `${day.slice(0, 7)}-01`;
  if (part === "day") return day.slice(0, 10);
  if (part !== "week") throw new Error(`date_trunc knows year, month, week and day, not ${part}`);
  const date = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

async function load({ schema, table, gzip }) {
  const { SQL, db } = await ready;
  const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const source = new SQL.Database(bytes);
  db.run("pragma query_only = off");
  if (!schemas.has(schema)) {
    db.run(`attach ':memory:' as "${schema}"`);
    schemas.add(schema);
  }
  // both databases lie in one in-memory file system, so SQLite itself can copy the rows
  db.run(`attach '${source.filename}' as source`);
  db.run(`create table "${schema}"."${table}" as select * from source."${table}"`);
  db.run("detach source");
  source.close();
  db.run("pragma query_only = on");
  return {};
}

async function query({ sql, rowLimit }) {
  const { db } = await ready;
  const started = performance.now();
  let answer = { columns: [], rows: [], isCut: false };
  for (const statement of db.iterateStatements(sql)) {
    answer = { columns: statement.getColumnNames(), rows: [], isCut: false };
    while (statement.step()) {
      if (answer.rows.length === rowLimit) {
        answer.isCut = true;
        break;
      }
      answer.rows.push(statement.get());
    }
  }
  return { ...answer, milliseconds: performance.now() - started };
}

self.onmessage = async ({ data }) => {
  try {
    const result = await (data.kind === "load" ? load(data) : query(data));
    self.postMessage({ id: data.id, result });
  } catch (error) {
    self.postMessage({ id: data.id, error: error.message });
  }
};
