#!/usr/bin/env bash
# A server as its operator meets it: health, metrics, log.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
client=$CG_SOURCE/tests/cli/operate_client.py
/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
ok "county" bash -c "'$cg' init c.sqlite && '$cg' import c.sqlite regions regions.geojson && '$cg' import c.sqlite units units.geojson &&
    '$cg' plan c.sqlite split --publish && '$cg' import c.sqlite incidents incidents.csv"

start() { # OPTION...
    : >serve.out
    "$cg" serve c.sqlite --listen 127.0.0.1:0 --intake "$@" >serve.out 2>serve.err &
    server=$!
    for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
    url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
}
stop() {
    kill -TERM "$server"
    wait "$server"
}
post() { curl -s -o reply.json --max-time 60 -H 'Content-Type: application/json' -d "$1" "${url}api/incidents"; }

start --log-requests
post '[{"id":"M1","occurred":"2026-11-20T01:00:00"},{"id":"M2","occurred":"2026-11-20T02:00:00"}]'
post '{"id":"M1","occurred":"2026-11-20T01:00:00"}'
post '{"id":"M1","occurred":"2026-11-20T03:00:00"}'
post '{"id":"M1","revision":1,"occurred":"2026-11-20T03:00:00"}'
post '{"id":"M9","type":"13912345678","occurred":"2026-11-20T03:00:00"}'
curl -s -o /dev/null "${url}api/overview"
curl -s -o /dev/null "${url}api/overview?canaryquery=13912345678"
curl -s -o /dev/null "${url}canarypath/13912345678"
curl -s -o /dev/null -H 'X-Forwarded-For: 10.9.9.9, 192.0.2.7' "${url}api/render/county?w=64&h=36&theme=canarytheme"
ok "metrics: counts of all that" /usr/bin/python3 "$client" metrics "$url" \
    'incidents_total{result="new"}=2' 'incidents_total{result="repeated"}=1' 'incidents_total{result="conflict"}=1' \
    'incidents_total{result="revised"}=1' 'deliveries_refused_total{reason="faulty"}=1' 'commit_duration_seconds_count=4' \
    'http_requests_total{method="POST",route="/api/incidents",class="2xx"}=3' \
    'http_requests_total{method="POST",route="/api/incidents",class="4xx"}=2' \
    'http_requests_total{method="GET",route="/api/overview",class="2xx"}=1' \
    'http_requests_total{method="GET",route="/api/overview",class="4xx"}=1' \
    'http_requests_total{method="",route="",class="4xx"}=1' 'store_open_for_writing=1' 'deliveries_queued=0'
ok "healthz: well" bash -c "curl -s '${url}healthz' | grep -q '\"ok\":true,\"reasons\":\[\]'"
ok "healthz: the plan in force and the last incident" bash -c "curl -s '${url}healthz' | grep -q '\"plan\":{\"id\":1.*\"last_age_s\":[0-9]'"
mv c.sqlite away.sqlite
mkdir c.sqlite
curl -s -o /dev/null "${url}api/overview"
curl -s -o health.json -w '%{http_code}' "${url}healthz" >status
ok "healthz: 503 with the reason when the file is gone" bash -c "[ \$(cat status) = 503 ] && grep -q 'cannot be read' health.json"
rmdir c.sqlite
mv away.sqlite c.sqlite
curl -s -o /dev/null "${url}api/overview"
ok "... and well again when it is back" bash -c "[ \$(curl -s -o health.json -w '%{http_code}' '${url}healthz') = 200 ]"
ok "the server stops" stop
ok "log: a line of JSON a request, and nothing of what was asked" \
    /usr/bin/python3 "$client" log serve.err 13912345678 canaryquery canarypath canarytheme M1
ok "log: the client that the proxy met" grep -q '"client":"192.0.2.7"' serve.err
ok "log: what failed has its cause" bash -c "grep '\"level\":\"warning\"' serve.err | grep -q fault"

start
for _ in 1 2 3; do curl -s -o /dev/null "${url}healthz"; curl -s -o /dev/null "${url}nothing"; done
ok "without --log-requests" stop
ok "... it has nothing to say" had_nothing_to_say serve.err

start --log-requests
curl -s -o /dev/null "${url}none/[1-1000]"
sleep 1.1
curl -s -o /dev/null "${url}none"
ok "a flood of requests" stop
ok "... is told in few lines" bash -c "grep -q 'more requests were not listed' serve.err && [ \$(wc -l <serve.err) -lt 900 ]"
ok "a supervisor hears of start, reload, life and stop; requests and streams go on" \
    /usr/bin/python3 "$client" supervise "$cg" c.sqlite
done_testing
