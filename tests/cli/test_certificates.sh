#!/usr/bin/env bash
# Every grid out of range has a proof that an outsider can check; false proofs are found out.
. "$(dirname "$0")/tap.sh"

split() { "$cg" split "$1" -o "$2.gpkg" --report "$2.json" "${@:3}"; }
check() { /usr/bin/python3 "$oracle/check_certificates.py" "$1" "$2.json" "$2.gpkg" "${@:3}"; }
tamper() { /usr/bin/python3 "$oracle/tamper_certificates.py" "$1" "$2.json" "$2.gpkg" "${@:3}"; }
figure() { grep -q "\"$2\": $3" "$1.json"; }

/usr/bin/python3 "$oracle/make_lumpy.py" 120 lumpy.geojson 1
columns=(--id code --households hh --within community)
ok "made-up lumpy communities" split lumpy.geojson l "${columns[@]}"
ok "their proofs hold" check lumpy.geojson l "${columns[@]}" --unknown 10
ok "certified" split lumpy.geojson lc "${columns[@]}" --certify
ok "certified: every exception has a proof, and it holds" check lumpy.geojson lc "${columns[@]}"
ok "false proofs are found out" tamper lumpy.geojson lc "${columns[@]}"
ok "certified: the same with one thread and two" bash -c "
    '$cg' split lumpy.geojson -o t1.gpkg ${columns[*]} --certify --threads 1 &&
    '$cg' split lumpy.geojson -o t2.gpkg ${columns[*]} --certify --threads 2 && cmp t1.gpkg t2.gpkg"

/usr/bin/python3 "$oracle/make_lumpy.py" 0 sheets.geojson 1 3
columns=(--id code --households hh --within community)
ok "large communities of heavy units" split sheets.geojson s "${columns[@]}"
ok "large: every grid out of range has a proof, and it holds" check sheets.geojson s "${columns[@]}"
ok "large: false proofs are found out" tamper sheets.geojson s "${columns[@]}"

# Rows of six houses in 80 communities: many have a plan for households and one for people, and none for both.
/usr/bin/python3 - >rows.geojson <<'END'
import json, random
rng, features = random.Random(1), []
for row in range(80):
    for i in range(6):
        x, y = 109 + 0.001 * i, 32 + 0.01 * row
        ring = [[x, y], [x + 0.001, y], [x + 0.001, y + 0.001], [x, y + 0.001], [x, y]]
        features.append({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
                         "properties": {"code": f"u{row}-{i}", "community": f"c{row:02}", "hh": rng.randint(60, 300),
                                        "pop": rng.randint(150, 750)}})
print(json.dumps({"type": "FeatureCollection", "features": features}))
END
columns=(--id code --households hh --population pop --within community)
ok "households and people" split rows.geojson b "${columns[@]}" --population-range 750:1250
ok "both: some proofs are of both ranges" grep -q '"also": {' b.json
ok "both: they hold" check rows.geojson b "${columns[@]}" --unknown 60

if ! have_data; then
    skip "proofs on real counties" "real data absent: $data"
    done_testing
    exit 0
fi
columns=(--layer base_areas --id codebase --households households --within code2)
chiayi=$data/taiwan/chiayi_city_10020_base_areas.gpkg
ok "Chiayi, small communities" split "$chiayi" c "${columns[@]}"
ok "Chiayi: every exception has a proof, and it holds" check "$chiayi" c "${columns[@]}"
ok "Chiayi: false proofs are found out" tamper "$chiayi" c "${columns[@]}"
columns+=(--population population)
ok "Chiayi, households and people" split "$chiayi" p "${columns[@]}" --population-range 750:1250
ok "Chiayi, both: the proofs hold" check "$chiayi" p "${columns[@]}" --unknown 8
columns=(--id unit_id --households population --within community)
rockland=$data/partition/rockland_blocks.gpkg
ok "Rockland" split "$rockland" r "${columns[@]}" --range 750:1250
ok "Rockland: every exception has a proof, and it holds" check "$rockland" r "${columns[@]}"
ok "Rockland: false proofs are found out" tamper "$rockland" r "${columns[@]}"
columns=(--id geoid --households households --within tract)
cincinnati=$data/us/cincinnati_blocks.gpkg
ok "Cincinnati" split "$cincinnati" x "${columns[@]}"
ok "Cincinnati: the proofs hold" check "$cincinnati" x "${columns[@]}" --unknown 0
done_testing
