"""What a replay of real accidents needs, and a recount of what screens showed. Nothing of the program is used.

usage: replay.py prepare DATA nantou|chiayi FROM UNTIL FOLDER
       replay.py recount SEEN.json FOLDER GRIDS.gpkg
`prepare` writes into FOLDER regions.gpkg (county, towns, villages; codes as mainland ones are: 71, county, town, village),
history.csv (accidents before FROM) and live.json (those of FROM to UNTIL, in order of time). The accidents
are those in the county and those that its police wrote down elsewhere. FROM and UNTIL are local days.
`recount` compares what screens showed (SEEN.json, by replay.mjs) with counts from these files and from the polygons of
the base areas: each figure must lie between that of the incidents that were acknowledged before the screen
asked and that of those which were sent before the answer. Exit 1 where one does not.
"""
import csv
import gzip
import json
import sys
from datetime import datetime, timedelta, timezone

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ZONE = timezone(timedelta(hours=8))
PLACES = {'nantou': ('nantou_10008', '710008', '南投县', '南投縣政府警察局'),
          'chiayi': ('chiayi_city_10020', '710020', '嘉义市', '嘉義市政府警察局')}


UNITS = {'grids': '个', 'households': '户', 'population': '人', 'count': '起'}


def written(value):
    """12,345, and from 100 000 on 12.3万."""
    return f'{value / 1e4:.1f}万' if value >= 100000 else f'{value:,}'


def seconds(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


def code_of(county, number):
    """10008130017 -> 710008130017: county, three digits of the town, three of the village."""
    return county + number[5:]


def write_regions(source, county, name, path):
    towns, villages = (source.GetLayerByName(layer) for layer in ('towns_quantised', 'villages_quantised'))
    target = ogr.GetDriverByName('GPKG').CreateDataSource(path)
    wgs84 = osr.SpatialReference()
    wgs84.ImportFromEPSG(4326)
    layer = target.CreateLayer('regions', wgs84, ogr.wkbUnknown)
    for column in ('code', 'name', 'level'):
        layer.CreateField(ogr.FieldDefn(column, ogr.OFTString))

    def put(code, title, level, shape):
        feature = ogr.Feature(layer.GetLayerDefn())
        for column, value in (('code', code), ('name', title), ('level', level)):
            feature.SetField(column, value)
        feature.SetGeometry(shape)
        layer.CreateFeature(feature)

    whole = ogr.Geometry(ogr.wkbMultiPolygon)
    shapes = [(f.GetField('towncode'), f.GetField('townname'), f.GetGeometryRef().Clone()) for f in towns]
    for _, _, shape in shapes:
        for part in [shape] if shape.GetGeometryName() == 'POLYGON' else shape:
            whole.AddGeometry(part)
    put(county, name, 'county', whole.UnionCascaded())
    for number, title, shape in shapes:
        put(code_of(county, number), title, 'town', shape)
    for feature in villages:
        put(code_of(county, feature.GetField('villcode')), feature.GetField('villname'), 'community',
            feature.GetGeometryRef())


class Areas:
    """Base areas by place: boxes first, then polygons; where borders touch, none is preferred."""

    def __init__(self, source):
        self.rows = []
        for feature in source.GetLayerByName('base_areas'):
            shape = feature.GetGeometryRef().Clone()
            self.rows.append((shape.GetEnvelope(), shape, feature.GetField('codebase'),
                              feature.GetField('households'), feature.GetField('population')))

    def at(self, lon, lat):
        point = ogr.CreateGeometryFromWkt(f'POINT ({lon} {lat})')
        for (west, east, south, north), shape, key, _, _ in self.rows:
            if west <= lon <= east and south <= lat <= north and shape.Intersects(point):
                return key
        return None


def accidents(data, areas, police):
    """Rows with a possible place, in the county or written down by its police, in order of time; a third of them as if the
    hotline had brought them."""
    found = []
    with gzip.open(f'{data}/taiwan/traffic_accidents_2018_2026.csv.gz', 'rt', encoding='utf-8') as file:
        for number, row in enumerate(csv.DictReader(file)):
            lon, lat = float(row['lon']), float(row['lat'])
            if not (118 < lon < 123 and 21 < lat < 27):
                continue
            unit = areas.at(lon, lat)
            if unit is None and row['police'] != police:
                continue
            kind = {'A1': '死亡事故', 'A2': '受伤事故'}[row['class']]
            found.append({'id': f'A{number}', 'time': seconds(row['datetime']), 'type': f"{kind}/{row['type2']}",
                          'source': '12345热线' if number % 3 == 0 else '交警', 'lon': lon, 'lat': lat, 'unit': unit})
    return sorted(found, key=lambda row: (row['time'], row['id']))


def cameras_in(data, areas):
    """The base area of each camera that stands in one."""
    source = ogr.Open(f'{data}/taiwan/speed_cameras.geojson')  # kept: a layer does not hold it
    found = (areas.at(*f.GetGeometryRef().GetPoint_2D()) for f in source.GetLayer())
    return [unit for unit in found if unit is not None]


def prepare(data, place, begin, end, folder):
    file, county, name, police = PLACES[place]
    source = ogr.Open(f'{data}/taiwan/{file}_base_areas.gpkg')
    write_regions(source, county, name, f'{folder}/regions.gpkg')
    areas = Areas(source)
    rows = accidents(data, areas, police)
    since, until = seconds(begin), seconds(end)
    history = [row for row in rows if row['time'] < since]
    live = [row for row in rows if since <= row['time'] < until]
    with open(f'{folder}/history.csv', 'w', encoding='utf-8', newline='') as out:
        writer = csv.writer(out)
        writer.writerow(['id', 'source', 'type', 'occurred', 'lon', 'lat'])
        for row in history:
            when = datetime.fromtimestamp(row['time'], ZONE).isoformat()
            writer.writerow([row['id'], row['source'], row['type'], when, row['lon'], row['lat']])
    json.dump({'from': since, 'until': until, 'history': history, 'live': live, 'cameras': cameras_in(data, areas),
               'households': sum(row[3] for row in areas.rows), 'population': sum(row[4] for row in areas.rows)},
              open(f'{folder}/live.json', 'w', encoding='utf-8'), ensure_ascii=False)
    outside = sum(row['unit'] is None for row in rows)
    print(f'{len(rows)} accidents, {outside} of them outside; {len(live)} in the time of the replay')


def grid_of_units(path):
    """unit -> (code of its grid); the grids' codes."""
    base = ogr.Open(path)
    codes = {f.GetField('grid_id'): f.GetField('code') for f in base.GetLayerByName('grids')}
    return {f.GetField('unit_id'): codes[f.GetField('grid_id')] for f in base.GetLayerByName('assignment')}, \
        set(codes.values())


class Recount:
    def __init__(self, prepared, grid_of, grids):
        self.prepared, self.grid_of, self.grids = prepared, grid_of, grids
        self.checks = self.bad = 0

    def say(self, what, shown, low, high):
        self.checks += 1
        if shown is None or not low <= shown <= high:
            self.bad += 1
            print(f'differs: {what}: shown {shown}, counted {low}' + (f' to {high}' if high != low else ''))

    def is_in(self, row, code):
        """In the place whose grids' codes begin with code; '' has those outside too."""
        return code == '' or self.grid_of.get(row['unit'], '').startswith(code)

    def count(self, rows, since, until, code=''):
        return sum(since <= row['time'] < until and self.is_in(row, code) for row in rows)

    def between(self, what, shown, rows, *span):
        self.say(what, shown, self.count(rows[0], *span), self.count(rows[1], *span))

    def look(self, seen):
        """One state of a screen: the figures of the reply behind it, and what the page wrote."""
        overview, place = seen['overview'], seen['place']
        live = self.prepared['live']
        rows = [self.prepared['history'] + live[:seen['acked']], self.prepared['history'] + live[:seen['sent']]]
        if '-hotline-' in seen['name']:
            rows = [[row for row in some if '12345' in row['source']] for some in rows]
        today = seconds(overview['today'])
        until, now = seconds(overview['today_until'][:19]), seconds(overview['now'][:19])
        what = f"{seen['name']} {overview['now']}"
        self.between(f'{what}: today', overview['count'], rows, today, until, place)
        self.between(f'{what}: yesterday', overview['yesterday'], rows, today - 86400, until - 86400, place)
        self.between(f'{what}: 30 days', overview['days30'], rows, today - 29 * 86400, today + 86400, place)
        for town in overview['below']:
            self.between(f"{what}: {town['name']}", town['count'], rows, today - 29 * 86400, today + 86400, town['code'])
        if place == '':
            self.say(f'{what}: households', overview['households'], *[self.prepared['households']] * 2)
            self.say(f'{what}: people', overview['population'], *[self.prepared['population']] * 2)
            self.say(f'{what}: grids', overview['grids'], *[len(self.grids)] * 2)
        else:
            self.say(f'{what}: grids', overview['grids'], *[sum(g.startswith(place) for g in self.grids)] * 2)
        self.say(f'{what}: cameras', overview['cameras'],
                 *[sum(self.grid_of.get(unit, '').startswith(place) for unit in self.prepared['cameras'])] * 2)
        newest = [max((row['time'] for row in some if row['time'] < now + 60 and self.is_in(row, place)), default=0)
                  for some in rows]
        self.say(f'{what}: latest', seconds(overview['latest'][:19]) if overview['latest'] else 0, *newest)
        for name, text in zip(('grids', 'households', 'population', 'count'), seen['written']):
            self.checks += 1
            if text.replace(' ', '') != written(overview[name]) + UNITS[name]:
                self.bad += 1
                print(f"differs: {what}: {name} is {overview[name]} and written {text}")


def recount(path, folder, grids):
    recounted = Recount(json.load(open(f'{folder}/live.json', encoding='utf-8')), *grid_of_units(grids))
    for seen in json.load(open(path, encoding='utf-8')):
        recounted.look(seen)
    print(f'{recounted.checks} figures recounted, {recounted.bad} differ')
    return 1 if recounted.bad else 0


if __name__ == '__main__':
    if sys.argv[1] == 'prepare':
        prepare(*sys.argv[2:7])
    else:
        sys.exit(recount(*sys.argv[2:5]))
