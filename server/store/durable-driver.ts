/** Kysely's driver for SQLite, under which whatever was written is on the disk when its promise resolves. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SelectQueryNode,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import type { DiskPress } from './disk-press.ts';

export class DurableDriver extends SqliteDriver {
  readonly #disk: DiskPress;
  readonly #inTransaction: () => boolean;
  #connection: DatabaseConnection | undefined;

  /** @param inTransaction whether the database is within one just now */
  constructor(config: SqliteDialectConfig, disk: DiskPress, inTransaction: () => boolean) {
    super(config);
    this.#disk = disk;
    this.#inTransaction = inTransaction;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= this.#durable(await super.acquireConnection());
    return this.#connection;
  }

  override async destroy(): Promise<void> {
    await this.#disk.close();
    await super.destroy();
  }

  #durable(connection: DatabaseConnection): DatabaseConnection {
    return {
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
      executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
        const result = await connection.executeQuery<R>(query);
        if (this.#mayHaveCommitted(query)) await this.#disk.press();
        return result;
      },
    };
  }

  /** COMMIT, and outside a transaction whatever is no plain SELECT. */
  #mayHaveCommitted({ query, sql }: CompiledQuery): boolean {
    return !SelectQueryNode.is(query) && sql !== 'rollback' && !this.#inTransaction();
  }
}
