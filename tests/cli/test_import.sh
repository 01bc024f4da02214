#!/usr/bin/env bash
# Import of real files: offsets of GCJ-02, invalid and overlapping outlines by name, encodings.
. "$(dirname "$0")/tap.sh"
if ! have_data; then
    skip "real files" "real data absent: $data"
    done_testing
    exit 0
fi
counties=$data/china/counties_gcj02.geojson townships=$data/china/renshou_511421_townships.geojson
ok "counties in GCJ-02" bash -c "'$cg' init g.sqlite && '$cg' import g.sqlite regions '$counties' --crs gcj02 --report g.json"
ok "3 invalid and 18 overlapping outlines are reported by name" /usr/bin/python3 -c "
import json
r = json.load(open('g.json'))
invalid = [f for f in r['findings'] if f['code'] == 'REPAIRED']
overlaps = [f for f in r['findings'] if f['code'] == 'OVERLAP']
print('#', [f['text'][:60] for f in invalid], len(overlaps))
assert len(invalid) == 3 and any('房县' in f['text'] for f in invalid) and any('仁寿县' in f['text'] for f in invalid)
assert len(overlaps) == 18 and all('area' in f['text'] or 'km' in f['text'] or 'm2' in f['text'] for f in overlaps)"
ok "townships" bash -c "'$cg' init t.sqlite && '$cg' import t.sqlite regions '$townships' --report t.json"
ok "511421 moved to WGS 84 differs from the union of its townships by less than 6 km2" bash -c "
    '$cg' init k.sqlite && ogr2ogr one.geojson '$counties' -where \"adcode='511421'\" &&
    '$cg' import k.sqlite regions one.geojson --crs gcj02 &&
    /usr/bin/python3 '$oracle/region_difference.py' k.sqlite t.sqlite 6"
ok "not moved, it differs by far more" bash -c "
    '$cg' init w.sqlite && '$cg' import w.sqlite regions one.geojson --crs EPSG:4326 &&
    ! /usr/bin/python3 '$oracle/region_difference.py' w.sqlite t.sqlite 6"
ok "GBK Shapefile without .cpg" bash -c "
    ogr2ogr -f 'ESRI Shapefile' -lco ENCODING=GBK gbk.shp '$townships' && rm -f gbk.cpg &&
    '$cg' init s.sqlite && '$cg' import s.sqlite regions gbk.shp --report s.json &&
    sqlite3 'file:s.sqlite?mode=ro' 'select name from region' | grep -q 镇"
ok "OSM PBF as barriers" bash -c "
    '$cg' init o.sqlite && '$cg' import o.sqlite barriers '$data/osm/north_bayreuth.osm.pbf' --report o.json"
ok "OSM GeoPackage as barriers" bash -c "'$cg' import o.sqlite barriers '$data/osm/north_bayreuth.gpkg' --skip-bad --report p.json"
done_testing
