#!/usr/bin/python3
"""How well whole texts find texts: people known by several talks, talks by one, and topics, on programmes of real conferences.

    tests/bench/bench_match_quality.py BENCH_MATCH SHARED [TASK...]

Names of speakers, addresses and the names of tracks are taken out of every text, so that only what it is about can be found.
Each task's queries are halved by a hash: weights were chosen on the half called "train", the other one was only looked at.
Beside BM25 and TF-IDF of the same texts; mean average precision, recall@20, and of all pairs (relevant, other session of the
same track or of a neighbouring one) the share in the right order ("order"). Needs what bench_match.py needs.
"""
import collections
import hashlib
import html
import json
import random
import re
import sys
import xml.etree.ElementTree as ET

import numpy as np

from bench_match import average_precision, bm25_matrix, fold, rank_works
from sklearn.feature_extraction.text import TfidfVectorizer

TALK = collections.namedtuple("TALK", "key track title text people")


def clean(text):
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return re.sub(r"https?://\S+|\S+@\S+", " ", text)


def without_names(talks):
    known = {part for t in talks for p in t.people for part in fold(p).split() if len(part) > 2}
    whole = {fold(p) for t in talks for p in t.people}
    result = []
    for t in talks:
        own = {part for p in t.people for part in fold(p).split() if len(part) > 2}
        def drop(text):
            words = re.split(r"(\W+)", text)
            for i in range(0, len(words), 2):
                here = fold(words[i])
                nextword = fold(words[i + 2]) if i + 2 < len(words) else ""
                if here in own or (here in known and f"{here} {nextword}" in whole):
                    words[i] = ""
            return "".join(words)
        result.append(t._replace(title=drop(t.title), text=drop(t.text)))
    return result


def pentabarf(path):
    talks = []
    for event in ET.parse(path).getroot().iter("event"):
        def get(tag):
            return (event.findtext(tag) or "").strip()
        text = clean(get("abstract") + "\n" + get("description"))
        people = [p.text.strip() for p in event.iter("person") if p.text]
        if len(text) > 80:
            talks.append(TALK(event.get("id"), get("track"), get("title"), text, people))
    return without_names(talks)


def frab(path):
    talks = []
    for day in json.load(open(path))["schedule"]["conference"]["days"]:
        for room in day["rooms"].values():
            for e in room:
                text = clean((e.get("abstract") or "") + "\n" + (e.get("description") or ""))
                people = [p.get("public_name") or p.get("name") or "" for p in e.get("persons", [])]
                if len(text) > 80:
                    talks.append(TALK(str(e["id"]), e.get("track") or "", e["title"], text, people))
    return without_names(talks)


def indico(path):
    talks = []
    for e in json.load(open(path))["results"][0]["contributions"]:
        text = clean(e.get("description") or "")
        people = [f"{p.get('first_name', '')} {p.get('last_name', '')}".strip() for p in e.get("speakers", [])]
        if len(text) > 80:
            talks.append(TALK(str(e["id"]), e.get("track") or "", e["title"], text, people))
    return without_names(talks)


def side(key):
    return "train" if hashlib.md5(key.encode()).digest()[0] % 2 == 0 else "held"


# ---- tasks: (documents, [(name, texts, relevant, skipped)]) ----

def whole(t):
    return t.title + "\n" + t.text


def later_talks(earlier, target):
    """Everybody's earlier talks find what they give later."""
    past = collections.defaultdict(list)
    for year in earlier:
        for t in year:
            for p in t.people:
                past[fold(p)].append(t)
    now = collections.defaultdict(set)
    for j, t in enumerate(target):
        for p in t.people:
            now[fold(p)].add(j)
    return [(p, [whole(t) for t in past[p]], now[p], set()) for p in sorted(now) if p in past and p]


def other_talks(talks, is_title):
    by_person = collections.defaultdict(set)
    for j, t in enumerate(talks):
        for p in t.people:
            by_person[fold(p)].add(j)
    queries = []
    for j, t in enumerate(talks):
        others = set().union(*(by_person[fold(p)] for p in t.people)) - {j} if t.people else set()
        if others:
            queries.append((t.key, [t.title if is_title else whole(t)], others, {j}))
    return queries


def topics(talks, n_texts):
    """Some talks of a track stand for somebody who cares for it: they find the others of it."""
    chance = random.Random(20251211)
    by_track = collections.defaultdict(list)
    for j, t in enumerate(talks):
        by_track[t.track].append(j)
    queries = []
    for track in sorted(by_track):
        here = by_track[track]
        for draw in range(6 if len(here) >= 8 else 0):
            some = chance.sample(here, n_texts)
            queries.append((f"{track}{draw}", [whole(talks[j]) for j in some], set(here) - set(some), set(some)))
    return queries


def tasks(shared):
    folder = f"{shared}/data/programmes"
    years = {y: pentabarf(f"{folder}/fosdem/fosdem_{y}.xml") for y in (2019, 2020, 2023, 2024, 2025)}
    ccc = frab(f"{folder}/ccc/36c3_everything.schedule.json")
    camp = frab(f"{folder}/frab/frab-camp2019.json")
    acat = indico(f"{folder}/indico/cern_indico_1330797_contributions.json")
    return {
        "people 2020": (years[2020], later_talks([years[2019]], years[2020])),
        "people 2023": (years[2023], later_talks([years[2019], years[2020]], years[2023])),
        "people 2024": (years[2024], later_talks([years[2019], years[2020], years[2023]], years[2024])),
        "people 2025": (years[2025], later_talks([years[y] for y in (2019, 2020, 2023, 2024)], years[2025])),
        "talk 2019": (years[2019], other_talks(years[2019], False)),
        "talk 2025": (years[2025], other_talks(years[2025], False)),
        "talk 36c3": (ccc, other_talks(ccc, False)),
        "talk camp": (camp, other_talks(camp, False)),
        "title 2025": (years[2025], other_talks(years[2025], True)),
        "title 36c3": (ccc, other_talks(ccc, True)),
        "topic 2024, 1": (years[2024], topics(years[2024], 1)),
        "topic 2025, 3": (years[2025], topics(years[2025], 3)),
        "topic acat, 1": (acat, topics(acat, 1)),
        "topic acat, 4": (acat, topics(acat, 4)),
    }


# ---- peers ----

def tfidf(documents, queries, combine):
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    matrix = vectorizer.fit_transform(documents)
    scores = np.zeros((len(queries), len(documents)))
    for i, texts in enumerate(queries):
        if combine == "joined":
            scores[i] = (vectorizer.transform(["\n".join(texts)]) @ matrix.T).toarray()[0]
        else:
            each = (vectorizer.transform(texts) @ matrix.T).toarray()
            scores[i] = np.sort(each, axis=0)[-3:].mean(axis=0)
    return scores


def bm25(documents, queries):
    matrix, vectorizer = bm25_matrix(documents)
    return np.asarray((vectorizer.transform(["\n".join(q) for q in queries]).astype(np.float32) @ matrix.T).todense())


# ---- judging ----

def hard_order(scores, relevant, skipped, tracks):
    """Of pairs (relevant, other of the same track; else any other), the share in the right order; ties are half."""
    near = {tracks[j] for j in relevant}
    others = [j for j in range(len(tracks)) if j not in relevant and j not in skipped and tracks[j] in near]
    if not others:
        others = [j for j in range(len(tracks)) if j not in relevant and j not in skipped]
    a, b = scores[sorted(relevant)][:, None], scores[others][None, :]
    return float(np.mean((a > b) + 0.5 * (a == b))) if others else 1.0


def judge(scores, queries, tracks):
    rows = collections.defaultdict(list)
    for i, (name, _, relevant, skipped) in enumerate(queries):
        order = [j for j in np.argsort(-scores[i], kind="stable") if j not in skipped and scores[i, j] > 0]
        rows[side(name)].append((average_precision(order, relevant), len(relevant & set(order[:20])) / len(relevant),
                                 hard_order(scores[i], relevant, skipped, tracks)))
    return {s: np.mean(rows[s], axis=0) for s in rows}


def main():
    bench, shared, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    total = collections.defaultdict(list)
    for name, (talks, queries) in tasks(shared).items():
        if wanted and not any(name.startswith(w) for w in wanted):
            continue
        documents = [whole(t) for t in talks]
        tracks = [t.track for t in talks]
        texts = [q[1] for q in queries]
        programme = [(t.key, "talk", "", t.title, "", "", t.text) for t in talks]
        print(f"{name}: {len(queries)} queries, {len(talks)} sessions")
        ranked = {"BM25": bm25(documents, texts), "TF-IDF joined": tfidf(documents, texts, "joined"),
                  "TF-IDF best 3": tfidf(documents, texts, "best"), "rollcall": rank_works(bench, programme, texts)}
        for label, scores in ranked.items():
            by_side = judge(scores, queries, tracks)
            print(f"  {label:14}" + "".join(f"  {s}: MAP {v[0]:.4f} recall@20 {v[1]:.3f} order {v[2]:.4f}" for s, v in sorted(by_side.items())))
            kind = name.split()[0]
            for s, v in by_side.items():
                total[kind, label, s].append(v)
    print("mean over tasks")
    for (kind, label, s), v in sorted(total.items()):
        m = np.mean(v, axis=0)
        print(f"  {kind:7} {label:14} {s:6} MAP {m[0]:.4f} recall@20 {m[1]:.3f} order {m[2]:.4f}")


if __name__ == "__main__":
    main()
