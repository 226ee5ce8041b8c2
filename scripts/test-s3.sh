#!/bin/bash
# Runs a command with a private S3 server at hand (OpenStack Swift with s3api): scripts/test-s3.sh node --test tests/contracts
# Needs its programs (Debian: swift-proxy swift-account swift-container swift-object memcached); all is gone afterwards.
set -euo pipefail
folder=$(mktemp -d)
user=$(id -un)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT

cd "$folder"
printf '[swift-hash]\nswift_hash_path_prefix = test\nswift_hash_path_suffix = test\n' >swift.conf
memcached -u "$user" -l 127.0.0.1 -p 54911 &
pids+=($!)
for part in account:54902 container:54903 object:54904; do
  name=${part%:*} port=${part#*:}
  mkdir -p "devices-$name/d1" cache
  swift-ring-builder "$name.builder" create 6 1 1 >/dev/null
  swift-ring-builder "$name.builder" add "r1z1-127.0.0.1:$port/d1" 1 >/dev/null
  swift-ring-builder "$name.builder" rebalance >/dev/null
  cat >"$name.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
swift_dir = $folder
devices = $folder/devices-$name
mount_check = false
user = $user
workers = 0
recon_cache_path = $folder/cache
log_level = ERROR
[pipeline:main]
pipeline = $name-server
[app:$name-server]
use = egg:swift#$name
CONF
  SWIFT_CONF_DIR=$folder "swift-$name-server" "$name.conf" >"$name.log" 2>&1 &
  pids+=($!)
done
cat >proxy.conf <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = 54901
swift_dir = $folder
user = $user
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth copy slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:54911
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
CONF
SWIFT_CONF_DIR=$folder swift-proxy-server proxy.conf >proxy.log 2>&1 &
pids+=($!)
for _ in $(seq 200); do
  (exec 3<>/dev/tcp/127.0.0.1/54901) 2>/dev/null && break
  sleep 0.1
done
cd - >/dev/null
[ -z "${TEST_S3_LOGS:-}" ] || tail -n 5 "$folder"/*.log >&2
export TEST_S3_ENDPOINT=http://127.0.0.1:54901 TEST_S3_ACCESS_KEY=test:tester TEST_S3_SECRET_KEY=testing
"$@"
