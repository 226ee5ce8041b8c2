// SQLite answers at once, so a chain of queries would never let go of the event loop: this lets others in between.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely'
import { createTurns } from '../async.ts'

/** Also inside a transaction: the one connection is locked meanwhile, so nobody else's statement comes between. */
class TurnsDriver extends SqliteDriver {
  readonly #turns = createTurns()
  readonly #wrapped = new WeakMap<DatabaseConnection, DatabaseConnection>()

  override async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await super.acquireConnection()
    const known = this.#wrapped.get(inner)
    if (known) return known
    const turns = this.#turns
    const outer: DatabaseConnection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        await turns()
        return inner.executeQuery<R>(query)
      },
      streamQuery: (query, chunkSize) => inner.streamQuery(query, chunkSize),
    }
    this.#wrapped.set(inner, outer)
    return outer
  }
}

export class TurnsDialect extends SqliteDialect {
  readonly #settings: SqliteDialectConfig

  constructor(settings: SqliteDialectConfig) {
    super(settings)
    this.#settings = settings
  }

  override createDriver(): SqliteDriver {
    return new TurnsDriver(this.#settings)
  }
}
