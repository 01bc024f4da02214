#!/usr/bin/python3
"""Drawing at 4K by ours, by cairo and, where it is installed, by MapServer: one table, CPU milliseconds.

    draw.py BENCH_DRAW
"""
import os
import shutil
import subprocess
import sys
import tempfile

from density import MAPFILE, cpu, write_shapefile

CASES = {'first': 'the first frame', 'data': 'all data: heat, every grid, eight charts', 'all_but_borders': 'the same, and labels placed anew', 'heat': 'one event more in the heat', 'choropleth': 'values of all grids',
         'labels': 'labels placed anew', 'charts': 'eight charts', 'one_chart': 'one chart', 'nothing': 'nothing'}


def mapserver_ms(bench):
    """Shapefile to PNG of the same points, radius 150."""
    if not shutil.which('map2img'):
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([bench, 'points', os.path.join(folder, 'points.bin')], check=True)
        write_shapefile(folder)
        with open(os.path.join(folder, 'heat.map'), 'w') as f:
            f.write(MAPFILE)
        try:
            return 1e3 * min(cpu(['map2img', '-m', 'heat.map', '-o', 'heat.png'], cwd=folder, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL) for _ in range(2))
        except subprocess.CalledProcessError:
            return None


def verdict(good):
    return 'reached' if good else '**not reached**'


def main():
    bench = sys.argv[1]
    rows = [line.split() for line in subprocess.run([bench], check=True, capture_output=True, text=True).stdout.splitlines()]
    write = next(float(r[2]) for r in rows if r[0] == 'write')
    png = {(r[1], float(r[2])): (float(r[3]), float(r[4]), int(r[5])) for r in rows if r[0] == 'png'}
    ours_c, made = next((float(r[2]), float(r[3])) for r in rows if r[:2] == ['choropleth', 'ours'])
    cairo_c = next(float(r[2]) for r in rows if r[:2] == ['choropleth', 'cairo'])
    frame = {(int(r[1]), r[2]): (float(r[3]), int(r[4])) for r in rows if r[0] == 'frame'}
    labels = {int(r[1]): (int(r[2]), float(r[3]), float(r[4])) for r in rows if r[0] == 'labels'}
    served = mapserver_ms(bench)
    print('One thread, CPU time, best of 9 (cairo 3 to 4, MapServer 2). One write of a 3840 x 2160 raster: %.1f ms.\n' % write)
    print('| 1 000 000 events to a 3840 x 2160 PNG | ms | of it density | MB | times ours |\n|---|--:|--:|--:|--:|')
    for sigma in (20.0, 50.0, 100.0):
        ms, field, size = png['ours', sigma]
        peer, _, peer_size = png['cairo', sigma]
        print('| ours, sigma %g px | %.1f | %.1f | %.2f | |' % (sigma, ms, field, size / 1e6))
        print('| cairo_surface_write_to_png of that picture, the writing alone | %.0f | | %.2f | %.1f |' % (peer, peer_size / 1e6, peer / ms))
    if served:
        print('| MapServer, shapefile to PNG, radius 150 | %.0f | | | %.0f |' % (served, served / png['ours', 50.0][0]))
    print('\n| 10 000 grids of 32 vertices, 3840 x 2160 | ms | times ours |\n|---|--:|--:|')
    print('| ours, new values (raster made once in %.0f ms) | %.2f | |' % (made, ours_c))
    print('| cairo, antialiased fill | %.0f | %.0f |' % (cairo_c, cairo_c / ours_c))
    print('\n| frame: heat, 10 000 grids, borders, 1000 labels, 8 charts; what changed | 3840 x 2160, ms | pixels composed | 7680 x 2160, ms |\n|---|--:|--:|--:|')
    for case, words in CASES.items():
        print('| %s | %.1f | %d | %.1f |' % (words, frame[3840, case][0], frame[3840, case][1], frame[7680, case][0]))
    print('| 1000 labels alone, warm (cold) | %.1f (%.0f) | | %.1f (%.0f) |' % (labels[3840][1:] + labels[7680][1:]))
    print()
    for sigma in (20.0, 50.0, 100.0):
        ms, _, size = png['ours', sigma]
        peer, _, peer_size = png['cairo', sigma]
        print('- bar 3 (points to PNG at least 15 times faster than cairo writes it, sigma %g; smaller file): %.1f times, %.2f of %.2f MB, %s' %
              (sigma, peer / ms, size / 1e6, peer_size / 1e6, verdict(peer >= 15 * ms and size < peer_size)))
    print('- bar 8 (new values of 10 000 grids at least 25 times cairo\'s antialiased fill): %.0f times, %s' %
          (cairo_c / ours_c, verdict(cairo_c >= 25 * ours_c)))
    for width, bar in ((3840, 60), (7680, 120)):
        good, more = frame[width, 'data'][0], frame[width, 'all_but_borders'][0]
        print('- bar 9 (warm frame %d x 2160 of new data, %d labels on it, at most %d ms): %.1f ms, %.0f writes of the raster, %s; '
              '%.1f ms with labels placed anew, %s' % (width, labels[width][0], bar, good, good / (write * width / 3840),
                                                       verdict(good <= bar), more, verdict(more <= bar)))


main()
