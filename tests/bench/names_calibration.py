#!/usr/bin/env python3
"""Draws what bench_names says of its calibration.

bench_names generated 100000 100000 7 | names_calibration.py > docs/resolution-calibration.svg
"""
import sys

points = []
is_table = False
for line in sys.stdin:
    if line.startswith("confidence said"):
        is_table = True
        continue
    fields = line.split()
    if is_table and len(fields) == 3:
        points.append((float(fields[0]), float(fields[1]), int(fields[2])))
    elif is_table and not fields:
        is_table = False

SIZE, EDGE = 320, 50
x = lambda p: EDGE + p * SIZE
y = lambda p: EDGE + (1 - p) * SIZE
out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE + 2 * EDGE}" height="{SIZE + 2 * EDGE}" '
       'font-family="sans-serif" font-size="12">',
       '<rect width="100%" height="100%" fill="white"/>',
       f'<rect x="{EDGE}" y="{EDGE}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>',
       f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#bbb" stroke-dasharray="4 4"/>']
for tick in (0, .25, .5, .75, 1):
    out.append(f'<text x="{x(tick)}" y="{y(0) + 16}" text-anchor="middle">{tick:g}</text>')
    out.append(f'<text x="{x(0) - 6}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>')
out.append(f'<text x="{x(.5)}" y="{y(0) + 36}" text-anchor="middle">confidence said</text>')
out.append(f'<text x="14" y="{y(.5)}" text-anchor="middle" transform="rotate(-90 14 {y(.5)})">measured</text>')
out.append('<polyline fill="none" stroke="#1f6fb2" points="'
           + " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b, _ in points) + '"/>')
for said, measured, n in points:
    out.append(f'<circle cx="{x(said):.1f}" cy="{y(measured):.1f}" r="4" fill="#1f6fb2">'
               f'<title>said {said:.4f}, measured {measured:.4f}, {n} mentions</title></circle>')
out.append('</svg>')
print("\n".join(out))
