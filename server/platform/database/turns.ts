// SQLite answers at once, so a chain of queries would never let go of the event loop: this lets others in between.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely'
import { createLock, type Turns } from '../async.ts'
import { type GiveWay, isBackground } from '../give-way.ts'

/** With whom the statements of a connection share the event loop. */
export type Manners = { turns: Turns; giveWay?: GiveWay }

/** Also inside a transaction: the one connection is locked meanwhile, so nobody else's statement comes between. */
class TurnsDriver extends SqliteDriver {
  readonly #manners: Manners
  readonly #lock = createLock()
  readonly #wrapped = new WeakMap<DatabaseConnection, DatabaseConnection>()

  constructor(settings: SqliteDialectConfig, manners: Manners) {
    super(settings)
    this.#manners = manners
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    // Before it holds the connection that requests wait for.
    if (isBackground()) await this.#manners.giveWay?.wait()
    await this.#lock.take()
    const inner = await super.acquireConnection()
    const known = this.#wrapped.get(inner)
    if (known) return known
    const { turns } = this.#manners
    const outer: DatabaseConnection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        await turns(isBackground())
        return inner.executeQuery<R>(query)
      },
      streamQuery: (query, chunkSize) => inner.streamQuery(query, chunkSize),
    }
    this.#wrapped.set(inner, outer)
    return outer
  }

  override async releaseConnection(): Promise<void> {
    this.#lock.free()
  }
}

/** Kysely would lock the connection before the driver is asked for it, and so before it could give way. */
class OwnLockAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

export class TurnsDialect extends SqliteDialect {
  readonly #settings: SqliteDialectConfig
  readonly #manners: Manners

  constructor(settings: SqliteDialectConfig, manners: Manners) {
    super(settings)
    this.#settings = settings
    this.#manners = manners
  }

  override createDriver(): SqliteDriver {
    return new TurnsDriver(this.#settings, this.#manners)
  }

  override createAdapter(): SqliteAdapter {
    return new OwnLockAdapter()
  }
}
