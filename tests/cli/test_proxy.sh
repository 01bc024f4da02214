#!/usr/bin/env bash
# The nginx site that is shipped, in front of a server on its socket: TLS with a certificate made here, loopback only.
. "$(dirname "$0")/tap.sh"
export PATH=$PATH:/usr/sbin COUNTYGRID_NOW=1795219200
if ! command -v nginx >/dev/null || ! command -v openssl >/dev/null; then
    skip "nginx in front" "nginx or openssl is not installed"
    done_testing
    exit 0
fi
/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
ok "county" bash -c "'$cg' init c.sqlite && '$cg' import c.sqlite regions regions.geojson && '$cg' import c.sqlite units units.geojson &&
    '$cg' plan c.sqlite split --publish && '$cg' import c.sqlite incidents incidents.csv"
"$cg" serve c.sqlite --listen unix:http.sock --intake --log-requests >serve.out 2>serve.err &
server=$!
for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=map.example.cn -keyout key.pem -out cert.pem 2>openssl.err
port=$(/usr/bin/python3 -c "
import socket
a, b = socket.socket(), socket.socket()
a.bind(('127.0.0.1', 0)); b.bind(('127.0.0.1', 0))
print(a.getsockname()[1], b.getsockname()[1])")
plain=${port% *} port=${port#* }
sed -e "s#unix:/run/countygrid-fangxian/http.sock#unix:$tap_dir/http.sock#" -e "s#listen 443 #listen 127.0.0.1:$port #" \
    -e "s#listen 80;#listen 127.0.0.1:$plain;#" -e "s#/etc/ssl/certs/map.example.cn.pem#$tap_dir/cert.pem#" \
    -e "s#/etc/ssl/private/map.example.cn.key#$tap_dir/key.pem#" "$CG_SOURCE/packaging/nginx/countygrid.conf" >site.conf
cat >nginx.conf <<EOT
$([ "$(id -u)" = 0 ] && echo "user root;")
daemon off;
worker_processes 1;
pid $tap_dir/nginx.pid;
error_log $tap_dir/nginx.err warn;
events { worker_connections 512; }
http {
    access_log off;
    client_body_temp_path $tap_dir/t1; proxy_temp_path $tap_dir/t2; fastcgi_temp_path $tap_dir/t3;
    uwsgi_temp_path $tap_dir/t4; scgi_temp_path $tap_dir/t5;
    include $tap_dir/site.conf;
}
EOT
nginx -e "$tap_dir/nginx.err" -c "$tap_dir/nginx.conf" 2>nginx.start &
proxy=$!
ask() { curl -sk --max-time 60 --resolve "map.example.cn:$port:127.0.0.1" -o reply -D head -w '%{http_code}' "$@"; }
site=https://map.example.cn:$port
for _ in $(seq 100); do [ "$(ask "$site/healthz")" = 200 ] && break; sleep 0.1; done
status() { # STATUS CURL-ARGUMENT...
    local found wanted=$1
    shift
    found=$(ask "$@")
    [ "$found" = "$wanted" ] && return 0
    echo "$found, not $wanted: $(head -c 300 reply)"
    return 1
}
ok "health through TLS and HTTP/2" status 200 "$site/healthz"
ok "figures" status 200 "$site/api/overview"
tag=$(sed -n 's/^etag: \(.*\)\r$/\1/Ip' head)
ok "... and 304 by ETag" status 304 -H "If-None-Match: $tag" "$site/api/overview"
ok "plain HTTP is sent to TLS" bash -c "curl -s -o /dev/null -w '%{redirect_url}' -H 'Host: map.example.cn' http://127.0.0.1:$plain/a | grep -q '^https://map.example.cn/a'"
ok "a delivery" status 200 -H 'Content-Type: application/json' -d '{"id":"P1","occurred":"2026-11-20T01:00:00"}' "$site/api/incidents"
ok "a delivery in chunks: nginx gives it a length" status 200 -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' \
    -d '{"id":"P2","occurred":"2026-11-20T01:00:00"}' "$site/api/incidents"
head -c 300000 /dev/zero >large
ok "a body over the limit" status 413 -H 'Content-Type: application/json' --data-binary @large "$site/api/incidents"
ok "metrics for this machine" status 200 "$site/metrics"
ok "a wrong request keeps its problem" bash -c "curl -sk --resolve 'map.example.cn:$port:127.0.0.1' '$site/api/overview?x=1' | grep -q '\"code\":\"ARGUMENT\"'"
ask -H 'X-Forwarded-For: 203.0.113.9' "$site/healthz?forged" >status
ask -H 'X-Forwarded-For: 203.0.113.9' "$site/healthz" >status
sleep 0.2
ok "the client is who nginx met, not who it says it is" bash -c "! grep -q 203.0.113.9 serve.err && grep -q '\"client\":\"127.0.0.1\"' serve.err"

# ---- the stream ------------------------------------------------------------------------------------------------------
curl -skN --max-time 45 --resolve "map.example.cn:$port:127.0.0.1" "$site/api/events" >stream &
reader=$!
for _ in $(seq 100); do grep -q retry stream && break; sleep 0.1; done
ask -H 'Content-Type: application/json' -d '{"id":"P3","occurred":"2026-11-20T02:00:00"}' "$site/api/incidents" >status
for _ in $(seq 20); do grep -q P3 stream && break; sleep 0.05; done
ok "an event is there within a second of its delivery" grep -q '"id":"P3"' stream
kill -HUP "$server"
ask -H 'Content-Type: application/json' -d '{"id":"P4","occurred":"2026-11-20T03:00:00"}' "$site/api/incidents" >status
for _ in $(seq 60); do grep -q P4 stream && break; sleep 0.05; done
ok "... a reload too" grep -q '"id":"P4"' stream
kill "$reader" 2>/dev/null
wait "$reader" 2>/dev/null
last=$(sed -n 's/^id: //p' stream | tail -1)
ask -H 'Content-Type: application/json' -d '{"id":"P5","occurred":"2026-11-20T04:00:00"}' "$site/api/incidents" >status
curl -skN --max-time 3 --resolve "map.example.cn:$port:127.0.0.1" -H "Last-Event-ID: $last" "$site/api/events" >stream2
ok "a reader that comes back misses nothing and sees nothing twice" \
    bash -c "[ \$(grep -c '\"id\":\"P5\"' stream2) = 1 ] && ! grep -q P4 stream2"

# ---- limits ----------------------------------------------------------------------------------------------------------
/usr/bin/python3 - "$port" >codes <<'PY'
import socket, ssl, sys
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
lines = []
for _ in range(70):
    line = context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30), server_hostname="map.example.cn")
    line.sendall(b"GET /api/events HTTP/1.1\r\nHost: map.example.cn\r\n\r\n")
    print(line.recv(4096).split(b" ")[1].decode())
    lines.append(line)
PY
ok "one address holds 64 lines and no more" bash -c "[ \$(grep -c 200 codes) = 64 ] && [ \$(grep -c 429 codes) = 6 ]"
kill -TERM "$server"
wait "$server"
ok "the server stops" [ $? -eq 0 ]
ok "without it nginx says 502" status 502 "$site/healthz"
kill -QUIT "$proxy"
wait "$proxy" 2>/dev/null
done_testing
