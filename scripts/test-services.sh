#!/bin/bash
# Runs a command with private PostgreSQL and Redis servers at hand: scripts/test-services.sh node --test tests/contracts
# Needs their programs (Debian: postgresql, redis-server); everything is in a temporary folder and gone afterwards.
set -euo pipefail
folder=$(mktemp -d)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v pg_ctl)")
# PostgreSQL refuses to run as root.
as_user() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else bash -c "$1"; fi; }
redis=
stop() {
  as_user "$bin/pg_ctl -D $folder/pg/data -m immediate stop" >/dev/null 2>&1 || true
  [ -z "$redis" ] || kill "$redis" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT

mkdir "$folder/pg"
if [ "$(id -u)" = 0 ]; then chmod 755 "$folder"; chown postgres "$folder/pg"; fi
as_user "$bin/initdb -D $folder/pg/data -U postgres -A trust" >/dev/null
as_user "$bin/pg_ctl -D $folder/pg/data -o '-p 54991 -k $folder/pg -c listen_addresses=127.0.0.1' -l $folder/pg/log -w start" >/dev/null
redis-server --port 63991 --bind 127.0.0.1 --save '' --dir "$folder" >"$folder/redis.log" &
redis=$!
until redis-cli -p 63991 ping >/dev/null 2>&1; do sleep 0.05; done

export TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:54991/postgres TEST_REDIS_URL=redis://127.0.0.1:63991/0
"$@"
