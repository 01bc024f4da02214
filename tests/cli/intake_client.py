"""A source of incidents and a reader of events that both lose their line again and again.

usage: intake_client.py URL SECONDS [KILL_PID]
Sends deliveries from several threads until SECONDS are over, each again with the same key until it
is answered; reads the stream beside it, hangs up now and then and resumes with Last-Event-ID.
Prints "acked N seen M" and writes acked ids to acked.txt; fails when an acknowledged incident was
not seen, or one was seen twice. With KILL_PID the server is killed half way and the caller starts
it again.
"""
import http.client
import json
import os
import random
import signal
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

url = urlsplit(sys.argv[1])
until = time.monotonic() + float(sys.argv[2])
kill_pid = int(sys.argv[3]) if len(sys.argv) > 3 else 0
run = 't%x' % random.SystemRandom().getrandbits(32)
acked, seen, lock = {}, {}, threading.Lock()
trouble = []
running = True


def deliver(body, key):
    while True:
        try:
            line = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
            line.request('POST', '/api/incidents', json.dumps(body),
                         {'Content-Type': 'application/json', 'Idempotency-Key': key})
            reply = line.getresponse()
            text = reply.read()
            if reply.status == 200:
                return json.loads(text)
            if reply.status not in (503,):
                raise SystemExit(f'status {reply.status}: {text}')
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)


def send(thread):
    chance = random.Random(thread)
    n = 0
    while time.monotonic() < until:
        items = []
        for _ in range(chance.randrange(1, 30)):
            # Some are sent again later: a repeat or a revision.
            number = chance.randrange(0, n + 1) if n and chance.random() < 0.1 else n
            n = max(n, number + 1)
            items.append({'id': f'{run}-{thread}-{number}', 'source': 'test',
                          'revision': 0 if number == n - 1 else 1,
                          'type': chance.choice(['治安/盗窃', '噪音', None]),
                          'occurred': f'2026-11-{chance.randrange(1, 21):02d}T{chance.randrange(24):02d}:30:00',
                          'lon': 109.0 + chance.random(), 'lat': 31.8 + chance.random() * 0.5})
        if len({(i['id'], i['revision']) for i in items}) < len(items):
            continue
        result = deliver(items, f'{run}-{thread}-{n}-{len(items)}')
        with lock:
            for one in result['incidents']:
                if one['seq'] is not None and one['status'] in ('new', 'revised'):
                    acked[one['seq']] = (one['id'], one['revision'])


def listen():
    last, chance = None, random.Random(99)
    while running:
        try:
            line = socket.create_connection((url.hostname, url.port), timeout=5)
            head = f'GET /api/events HTTP/1.1\r\nHost: {url.netloc}\r\n'
            if last is not None:
                head += f'Last-Event-ID: {last}\r\n'
            line.sendall((head + '\r\n').encode())
            hang_up = time.monotonic() + chance.uniform(0.2, 1.0)
            stream, at = line.makefile('rb'), None
            while stream.readline().strip():
                pass
            rest = b''
            while running and time.monotonic() < hang_up:
                size = int(stream.readline().strip() or b'0', 16)
                if size == 0:
                    break
                rest += stream.read(size)
                stream.readline()
                *whole, rest = rest.split(b'\n\n')
                for message in whole:
                    fields = dict(row.split(': ', 1) for row in message.decode().split('\n') if ': ' in row)
                    if fields.get('event') == 'reset':
                        trouble.append('reset')
                    if fields.get('event') != 'incidents':
                        continue
                    last = int(fields['id'])
                    for one in json.loads(fields['data'])['incidents']:
                        seen[one['seq']] = seen.get(one['seq'], 0) + 1
            line.close()
        except (OSError, ValueError):
            time.sleep(0.1)


reader = threading.Thread(target=listen)
reader.start()
time.sleep(0.5)
senders = [threading.Thread(target=send, args=(t,)) for t in range(4)]
for sender in senders:
    sender.start()
if kill_pid:
    time.sleep((until - time.monotonic()) / 2)
    os.kill(kill_pid, signal.SIGKILL)
for sender in senders:
    sender.join()
for _ in range(100):
    if set(acked) <= set(seen):
        break
    time.sleep(0.1)
running = False
reader.join()
with open('acked.txt', 'w') as out:
    for seq, (name, revision) in sorted(acked.items()):
        out.write(f'{seq}\t{name}\t{revision}\n')
missing = set(acked) - set(seen)
twice = [seq for seq, times in seen.items() if times > 1]
print(f'# acked {len(acked)} seen {len(seen)}')
if missing or twice or trouble or len(acked) < 50:
    raise SystemExit(f'{len(missing)} not seen, {len(twice)} seen twice, {trouble}')
