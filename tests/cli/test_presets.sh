#!/usr/bin/env bash
# The sample counties keep the words of their titles: grids, and no urban grid out of range.
. "$(dirname "$0")/tap.sh"
cat >look.py <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
urban, rural, dedicated = (report['kinds'][kind] for kind in ('urban', 'rural', 'dedicated'))
out = [grid for grid in report['exceptions'] if grid['kind'] == 'urban']
print('#', urban, rural, dedicated, [(grid['code'], grid['households']) for grid in out])
low, high = int(sys.argv[2]), int(sys.argv[3])
assert low <= urban <= high and not out and (rural, dedicated) == (int(sys.argv[4]), int(sys.argv[5]))
PY
# preset NAME FROM TO RURAL DEDICATED: urban grids from FROM to TO, the others exactly.
preset() {
    ok "$1" bash -c "'$cg' sample $1.sqlite --preset $1 --seed 1 &&
        '$cg' plan $1.sqlite split --report $1.json && /usr/bin/python3 look.py $1.json $2 $3 $4 $5"
}
# Communities of lumpy units may do with a grid more or fewer than their households say.
preset wuqi 85 89 615 1
preset fangxian 178 182 906 2
preset city 632 648 0 3
# The units of the towns, made by the split and as the store holds them.
stored_cells() { /usr/bin/python3 -W ignore "$oracle/check_county_cells.py" "$@" 2>/dev/null; }
ok "wuqi: made anew" "$cg" plan wuqi.sqlite split --sliver 11 --report again.json
ok "wuqi: what is stored holds what cells promise" stored_cells wuqi.sqlite again.json
done_testing
