#!/usr/bin/python3
"""Interests of two or three words: does what has them come before what has half of them?

    tests/bench/bench_match_phrases.py BENCH_MATCH SHARED [-v]

match_phrases.tsv, written by hand before anything was tuned, names for each interest sessions of the sample conference, FOSDEM 2025
and 36C3 that it means, and some that share a word or a stem with it and are about something else. Printed is the share of
pairs in the right order and the mean of score(wrong) / score(right), of at most 1, alone and where two other interests stand beside
it. The interests are halved by a hash: what was tuned was tuned on "train". Needs what bench_match.py needs.
"""
import collections
import os
import sys
import xml.etree.ElementTree as ET

import numpy as np

from bench_match import run_ours
from bench_match_quality import frab, pentabarf, side

HERE = os.path.dirname(os.path.abspath(__file__))
BESIDE = {"sample": "RISC-V extensions, printing", "fosdem": "PostgreSQL indexes, railway", "ccc": "electronic music, chaos family"}


def sample():
    events = ET.parse(f"{HERE}/../../services/importer/sample/schedule.xml").getroot().iter("event")
    return [(e.get("id"), "talk", "", e.findtext("title"), "", "", (e.findtext("abstract") or "") + "\n" + (e.findtext("description") or ""))
            for e in events]


def rows(talks):
    return [(t.key, "talk", "", t.title, "", "", t.text) for t in talks]


def programmes(shared):
    folder = f"{shared}/data/programmes"
    return {"sample": sample(), "fosdem": rows(pentabarf(f"{folder}/fosdem/fosdem_2025.xml")),
            "ccc": rows(frab(f"{folder}/ccc/36c3_everything.schedule.json"))}


def labels():
    result = collections.defaultdict(list)
    for line in open(f"{HERE}/match_phrases.tsv", encoding="utf-8"):
        if not line.startswith("#"):
            programme, interest, keys = line.rstrip("\n").split("\t")
            right, wrong = (half.split() for half in keys.split("<"))
            result[programme].append((interest, right, wrong))
    return result


def main():
    bench, shared, is_verbose = sys.argv[1], sys.argv[2], "-v" in sys.argv
    found = collections.defaultdict(list)
    for name, programme in programmes(shared).items():
        at = {row[0]: i for i, row in enumerate(programme)}
        cases = labels()[name]
        for kind, tail in (("alone", ""), ("beside others", ", " + BESIDE[name])):
            scores = run_ours(bench, programme, [[interest + tail] for interest, _, _ in cases])
            for q, (interest, right, wrong) in enumerate(cases):
                for r in right:
                    for w in wrong:
                        a, b = scores[q][at[r]], scores[q][at[w]]
                        ratio = min(1.0, b / a) if a > 0 else 1.0
                        found[kind, side(name + interest)].append(((a > b) + 0.5 * (a == b), ratio))
                        if is_verbose and a <= b:
                            print(f"  {kind}: {name}, {interest}: {a:.1f} {programme[at[r]][3][:50]} | {b:.1f} {programme[at[w]][3][:50]}")
    for (kind, half), values in sorted(found.items()):
        mean = np.mean(values, axis=0)
        print(f"{kind:14} {half:6} {len(values):3} pairs  in order {mean[0]:.3f}  wrong/right {mean[1]:.3f}")


if __name__ == "__main__":
    main()
