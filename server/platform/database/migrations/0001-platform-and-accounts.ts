// Settings, jobs and better-auth's tables (its `compileMigrations()` output, pasted: one owner of the schema).
import type { Migration } from '../migrate.ts'

export const platformAndAccounts: Migration = {
  version: 1,
  name: 'platform-and-accounts',
  up: [
    `create table settings (key text primary key, value text not null, updated_at_ms bigint not null)`,
    `create table jobs (
      id text primary key, kind text not null, unique_key text, state text not null, payload text not null,
      priority integer not null, attempt integer not null, progress text, reason text, request_id text,
      cancel_asked integer not null, created_at_ms bigint not null, run_at_ms bigint not null,
      started_at_ms bigint, finished_at_ms bigint)`,
    `create unique index jobs_one_per_key on jobs (kind, unique_key) where state in ('waiting', 'active')`,
    `create index jobs_due on jobs (kind, priority desc, run_at_ms, id) where state = 'waiting'`,
    `create index jobs_over on jobs (state, finished_at_ms)`,
    `create table auth_user (
      "id" text primary key, "name" text not null, "email" text not null unique, "emailVerified" integer not null,
      "image" text, "createdAt" text not null, "updatedAt" text not null,
      "username" text unique, "displayUsername" text, "role" text not null default 'viewer')`,
    `create unique index auth_user_one_owner on auth_user ("role") where "role" = 'owner'`,
    `create table auth_session (
      "id" text primary key, "expiresAt" text not null, "token" text not null unique, "createdAt" text not null,
      "updatedAt" text not null, "ipAddress" text, "userAgent" text,
      "userId" text not null references auth_user ("id") on delete cascade)`,
    `create index auth_session_user on auth_session ("userId")`,
    `create table auth_account (
      "id" text primary key, "accountId" text not null, "providerId" text not null,
      "userId" text not null references auth_user ("id") on delete cascade,
      "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" text,
      "refreshTokenExpiresAt" text, "scope" text, "password" text, "createdAt" text not null, "updatedAt" text not null)`,
    `create index auth_account_user on auth_account ("userId")`,
    `create table auth_verification (
      "id" text primary key, "identifier" text not null, "value" text not null, "expiresAt" text not null,
      "createdAt" text not null, "updatedAt" text not null)`,
    `create index auth_verification_identifier on auth_verification ("identifier")`,
  ],
}
