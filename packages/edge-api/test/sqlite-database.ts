import { readFile } from "node:fs/promises";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { JobDatabase, Statement } from "../src/jobs/bindings.ts";

/** SQLite in this process as the D1 database it stands for, made by one of the migrations: quick, where the runtime's own takes its time. */
export async function sqliteDatabase(migration: string): Promise<JobDatabase> {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec(await readFile(new URL(`../migrations/${migration}`, import.meta.url), "utf8"));

  interface Runnable extends Statement {
    run<Row>(): { readonly results: Row[] };
  }
  const prepare = (sql: string, values: readonly SQLInputValue[] = []): Runnable => {
    const run = <Row>() => ({ results: sqlite.prepare(sql).all(...values) as Row[] });
    return {
      run,
      bind: (...bound) => prepare(sql, bound),
      all: async <Row>() => run<Row>(),
      first: async <Row>() => run<Row>().results[0] ?? null,
    };
  };
  return {
    prepare,
    async batch<Row>(statements: Statement[]) {
      sqlite.exec("BEGIN");
      try {
        const results = (statements as Runnable[]).map((statement) => statement.run<Row>());
        sqlite.exec("COMMIT");
        return results;
      } catch (error) {
        sqlite.exec("ROLLBACK");
        throw error;
      }
    },
  };
}
