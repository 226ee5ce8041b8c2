// Cursor paging, the same on every list: an opaque cursor in, the next one out.
import * as Type from 'typebox'

export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
}

export const pageOf = <T extends Type.TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    /** Pass it as `cursor` for the next page; null on the last one. */
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  })

export const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const IdParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })
export const Empty = Type.Object({})
