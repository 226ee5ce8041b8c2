# A whole OpenStack Swift with s3api in one process, for tests: s3-server.py <folder> <proxy port> <account> <container> <object port> <memcached port>
import os
import sys

folder = sys.argv[1]
proxy_port, account_port, container_port, object_port, cache_port = map(int, sys.argv[2:7])
os.environ['SWIFT_CONF_DIR'] = folder
os.chdir(folder)

import eventlet  # noqa: E402

eventlet.monkey_patch()
from eventlet import listen, wsgi  # noqa: E402


def write(name, text):
    with open(os.path.join(folder, name), 'w') as file:
        file.write(text)


write('swift.conf', '[swift-hash]\nswift_hash_path_prefix = test\nswift_hash_path_suffix = test\n')

from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

common = f'[DEFAULT]\nswift_dir = {folder}\nuser = {os.environ.get("USER", "root")}\nworkers = 0\nlog_level = ERROR\n'
servers = []
for name, port in (('account', account_port), ('container', container_port), ('object', object_port)):
    os.makedirs(f'devices-{name}/d1', exist_ok=True)
    ring = RingBuilder(6, 1, 1)
    place = {'ip': '127.0.0.1', 'port': port, 'replication_ip': '127.0.0.1', 'replication_port': port}
    ring.add_dev({'id': 0, 'region': 1, 'zone': 1, 'device': 'd1', 'weight': 1, 'meta': '', **place})
    ring.rebalance()
    ring.get_ring().save(f'{name}.ring.gz')
    write(
        f'{name}.conf',
        f'{common}devices = {folder}/devices-{name}\nmount_check = false\n'
        f'[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n',
    )
    servers.append((name, port))

filters = 'catch_errors cache listing_formats s3api tempauth copy slo dlo versioned_writes'
options = {
    'cache': f'use = egg:swift#memcache\nmemcache_servers = 127.0.0.1:{cache_port}',
    's3api': 'use = egg:swift#s3api\nlocation = us-east-1',
    'tempauth': 'use = egg:swift#tempauth\nuser_test_tester = testing .admin',
}
write(
    'proxy.conf',
    f'{common}[pipeline:main]\npipeline = {filters} proxy-server\n'
    '[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n'
    + ''.join(f'[filter:{name}]\n{options.get(name, f"use = egg:swift#{name}")}\n' for name in filters.split()),
)
servers.append(('proxy', proxy_port))

threads = []
for name, port in servers:
    app = loadapp(f'{folder}/{name}.conf', global_conf={'log_name': name})
    threads.append(
        eventlet.spawn(wsgi.server, listen(('127.0.0.1', port), reuse_port=False), app, log_output=False)
    )
for thread in threads:
    thread.wait()
