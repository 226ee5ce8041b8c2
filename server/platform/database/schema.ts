// Every table as a type: the data model on one page. Ids UUIDv7 text, times integer milliseconds, booleans 0/1.

/** Applied migrations. */
export type MigrationTable = { version: number; name: string; applied_at_ms: number }

/** Small values that must outlive a restart: secrets, the claim code's hash, run-time settings. */
export type SettingTable = { key: string; value: string; updated_at_ms: number }

// --- accounts: better-auth's own tables (camelCase columns are its choice) -----------------------------

export type AuthUserTable = {
  id: string
  name: string
  email: string
  emailVerified: number
  image: string | null
  createdAt: string
  updatedAt: string
  username: string | null
  displayUsername: string | null
  role: string
}

export type AuthSessionTable = {
  id: string
  expiresAt: string
  token: string
  createdAt: string
  updatedAt: string
  ipAddress: string | null
  userAgent: string | null
  userId: string
}

export type AuthAccountTable = {
  id: string
  accountId: string
  providerId: string
  userId: string
  accessToken: string | null
  refreshToken: string | null
  idToken: string | null
  accessTokenExpiresAt: string | null
  refreshTokenExpiresAt: string | null
  scope: string | null
  password: string | null
  createdAt: string
  updatedAt: string
}

export type AuthVerificationTable = {
  id: string
  identifier: string
  value: string
  expiresAt: string
  createdAt: string
  updatedAt: string
}

export type Tables = {
  migrations: MigrationTable
  settings: SettingTable
  auth_user: AuthUserTable
  auth_session: AuthSessionTable
  auth_account: AuthAccountTable
  auth_verification: AuthVerificationTable
}
