#!/usr/bin/python3
"""Judges bench_match's rankings beside BM25 and TF-IDF over the same texts.

    tests/bench/bench_match.py BENCH_MATCH SHARED experts   key attendees of LPC 2025 from MAINTAINERS
    tests/bench/bench_match.py BENCH_MATCH SHARED talks     a speaker's talk finds their other talks
    tests/bench/bench_match.py BENCH_MATCH[,ANOTHER] SHARED speed [ROUNDS]   scipy's sparse BM25 on synthetic texts, in turns

Needs python3-numpy, python3-scipy and python3-sklearn.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree as ET

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

K1, B = 1.2, 0.75
PLAIN = "words written: exact top 10"


def bm25_matrix(texts):
    """Sessions x terms, with idf and saturation folded in; and the vectorizer for queries."""
    vectorizer = CountVectorizer(stop_words="english")
    counts = vectorizer.fit_transform(texts).tocsr().astype(np.float32)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    n = counts.shape[0]
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (n - df + 0.5) / (df + 0.5))
    rows = np.repeat(np.arange(n), np.diff(counts.indptr))
    norm = K1 * (1 - B + B * lengths[rows] / lengths.mean())
    counts.data = (idf[counts.indices] * counts.data * (K1 + 1) / (counts.data + norm)).astype(np.float32)
    return counts, vectorizer


def rank_bm25(documents, queries):
    matrix, vectorizer = bm25_matrix([text for _, text in documents])
    return np.asarray((vectorizer.transform([q for _, q in queries]).astype(np.float32) @ matrix.T).todense())


def rank_tfidf(documents, queries):
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    matrix = vectorizer.fit_transform([text for _, text in documents])
    return np.asarray((vectorizer.transform([q for _, q in queries]) @ matrix.T).todense())


def rank_fts(documents, queries):
    """PostgreSQL's full text search in a private cluster: ts_rank over any of the words of the query."""
    postgres = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "postgres")
    scores = np.zeros((len(queries), len(documents)))
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        home = os.path.join(folder, "postgres")
        subprocess.run([postgres, "start", home], check=True, capture_output=True)
        try:
            url = open(os.path.join(home, "url")).read().strip()
            def copy(rows):
                return "".join(f"{i}\t{escape(text).replace(chr(92), chr(92) * 2)}\n" for i, (_, text) in enumerate(rows)) + "\\.\n"
            script = ("create temp table d (i int, t text);\ncreate temp table q (i int, t text);\n"
                      "copy d from stdin;\n" + copy(documents) + "copy q from stdin;\n" + copy(queries) +
                      "create temp table v as select i, to_tsvector('english', t) as v from d;\n"
                      "select q.i, v.i, ts_rank(v.v, q.o, 1) from v, (select i, replace(plainto_tsquery('english', t)::text, '&', '|')::tsquery as o "
                      "from q) as q where v.v @@ q.o;\n")
            out = subprocess.run(["psql", "-XqAt", "-F", "\t", url], input=script, check=True, capture_output=True, text=True).stdout
        finally:
            subprocess.run([postgres, "stop", home], check=False, capture_output=True)
    for line in out.splitlines():
        q, d, score = line.split("\t")
        scores[int(q), int(d)] = float(score)
    return scores


def escape(text):
    return text.replace("\t", " ").replace("\r", "").replace("\n", "\\n")


def rank_ours(bench, programme, queries):
    """programme: rows of (id, kind, track, title, tags, speakers, text)."""
    return run_ours(bench, programme, [[text] for _, text in queries])


def rank_works(bench, programme, queries):
    """Each query is a list of texts: what somebody has done."""
    return run_ours(bench, programme, [["", *texts] for texts in queries])


def run_ours(bench, programme, queries):
    """queries: the stated interests, then pieces of work."""
    with tempfile.TemporaryDirectory() as folder:
        p, q = os.path.join(folder, "p.tsv"), os.path.join(folder, "q.tsv")
        with open(p, "w") as f:
            f.writelines("\t".join(escape(c) for c in row) + "\n" for row in programme)
        with open(q, "w") as f:
            f.writelines(f"{i}\t" + "\t".join(escape(text) for text in texts) + "\n" for i, texts in enumerate(queries))
        out = subprocess.run([bench, "rank", p, q], check=True, capture_output=True, text=True).stdout
    columns = {row[0]: i for i, row in enumerate(programme)}
    scores = np.zeros((len(queries), len(programme)))
    for line in out.splitlines():
        fields = line.split("\t")
        for field in fields[1:]:
            key, score = field.rsplit(":", 1)
            scores[int(fields[0]), columns[key]] = float(score)
    return scores


def average_precision(order, relevant):
    hits, total = 0, 0.0
    for place, item in enumerate(order, 1):
        if item in relevant:
            hits += 1
            total += hits / place
    return total / max(1, len(relevant))


# ---- experts ----

def fold(name):
    name = unicodedata.normalize("NFKD", name.replace("ö", "oe").replace("ü", "ue").replace("ä", "ae"))
    return " ".join(re.findall(r"[a-z]+", "".join(c for c in name.lower() if not unicodedata.combining(c))))


def maintainers(shared):
    """Folded name -> interest text: titles and paths of the sections they maintain or review."""
    people = collections.defaultdict(list)
    text = open(f"{shared}/data/kernel/v6.12/MAINTAINERS", encoding="utf-8").read()
    for block in re.split(r"\n\s*\n", text[text.index("3C59X NETWORK DRIVER"):]):
        lines = block.split("\n")
        names = [m.group(1).strip(' "') for l in lines for m in [re.match(r"[MR]:\s+(.*?)\s*<", l)] if m]
        paths = [l[2:].strip() for l in lines if l.startswith(("F:", "N:", "K:"))]
        keep = [" ".join(w for w in re.split(r"[/*.\\^$|()\[\]]+", p)
                         if w not in ("c", "h", "rst", "txt", "yaml", "drivers", "include", "linux", "Documentation"))
                for p in paths]
        section = lines[0].title() if lines[0].isupper() and len(lines[0]) > 24 else lines[0]
        for name in names:
            people[fold(name)].append(section + "\n" + "\n".join(keep))
    return {name: "\n\n".join(parts) for name, parts in people.items() if name}


def microconferences(shared):
    gold = json.load(open(f"{shared}/lpc2025/key-attendees.gold.json"))["microconferences"]
    text = open(f"{shared}/lpc2025/cfp.txt", encoding="utf-8").read()
    starts = sorted((text.index(m["starts_with"][:40]), m["key"]) for m in gold)
    ends = {key: (starts[i + 1][0] if i + 1 < len(starts) else len(text)) for i, (_, key) in enumerate(starts)}
    at = {key: start for start, key in starts}
    result = []
    for mc in gold:
        body = text[at[mc["key"]]:ends[mc["key"]]]
        names = {fold(p["name"]) for p in mc["leads"] + mc["key_attendees"]}
        body = "\n".join(l for l in body.split("\n") if not any(n and n in fold(l) for n in names))
        result.append((mc["key"], mc["title"], body, {fold(p["name"]) for p in mc["key_attendees"]}))
    return result


def experts(bench, shared):
    people = maintainers(shared)
    names = sorted(people)
    mcs = microconferences(shared)
    queries = [(n, people[n]) for n in names]
    documents = [(key, title + "\n" + body) for key, title, body, _ in mcs]
    programme = [(key, "block", title, title, "", "", body) for key, title, body, _ in mcs]
    print(f"{len(names)} people of MAINTAINERS, {sum(1 for m in mcs if m[3] & set(names))} microconferences with names")
    for label, scores in (("BM25", rank_bm25(documents, queries)), ("TF-IDF", rank_tfidf(documents, queries)),
                          ("FTS", rank_fts(documents, queries)), ("rollcall", rank_ours(bench, programme, queries))):
        # How much of a person's attention a track gets: for all rows alike.
        for norm, scaled in (("raw", scores),
                             ("share", scores / (np.linalg.norm(scores, axis=1, keepdims=True) + 1e-9) * np.sqrt(scores))):
            ap, recall = [], []
            for j, (_, _, _, wanted) in enumerate(mcs):
                relevant = {i for i, n in enumerate(names) if n in wanted}
                if relevant:
                    order = np.argsort(-scaled[:, j], kind="stable")
                    ap.append(average_precision(order, relevant))
                    recall.append(len(relevant & set(order[:20])) / len(relevant))
            print(f"  {label:9} {norm:6} mean average precision {np.mean(ap):.3f}  recall@20 {np.mean(recall):.3f}")


# ---- talks ----

def fosdem(path):
    rows = []
    for event in ET.parse(path).getroot().iter("event"):
        def get(tag):
            return (event.findtext(tag) or "").strip()
        text = re.sub(r"<[^>]+>", " ", get("abstract") + "\n" + get("description"))
        people = [p.text.strip() for p in event.iter("person") if p.text]
        if len(text) > 80:
            rows.append((event.get("id"), get("track"), get("title"), text, people))
    return rows


def judge(label, scores, wanted, skip):
    ap, rr, recall = [], [], []
    for i, relevant in enumerate(wanted):
        order = [j for j in np.argsort(-scores[i], kind="stable") if j != skip[i] and scores[i, j] > 0]
        ap.append(average_precision(order, relevant))
        rr.append(next((1 / p for p, j in enumerate(order, 1) if j in relevant), 0))
        recall.append(len(relevant & set(order[:10])) / len(relevant))
    print(f"  {label:9} mean average precision {np.mean(ap):.4f}  MRR {np.mean(rr):.4f}  recall@10 {np.mean(recall):.4f}")


def talks(bench, shared):
    years = {y: fosdem(f"{shared}/data/programmes/fosdem/fosdem_{y}.xml") for y in (2023, 2024, 2025)}
    for name, source, target, part in (("other talk, same year, from the abstract", 2025, 2025, 3),
                                       ("other talk, same year, from the title", 2025, 2025, 2),
                                       ("next year's talk from the abstract", 2024, 2025, 3),
                                       ("next year's talk from the title", 2023, 2024, 2)):
        sessions = years[target]
        by_person = collections.defaultdict(set)
        for j, row in enumerate(sessions):
            for person in row[4]:
                by_person[person].add(j)
        queries, wanted, skip = [], [], []
        for j, row in enumerate(years[source]):
            others = set().union(*(by_person.get(p, set()) for p in row[4])) if row[4] else set()
            others -= {j} if source == target else set()
            if others:
                queries.append((row[0], row[2] + ("\n" + row[3] if part == 3 else "")))
                wanted.append(others)
                skip.append(j if source == target else -1)
        documents = [(r[0], r[1] + "\n" + r[2] + "\n" + r[3]) for r in sessions]
        programme = [(r[0], "talk", r[1], r[2], "", "", r[3]) for r in sessions]
        print(f"{name}: {len(queries)} queries, {len(sessions)} sessions")
        judge("BM25", rank_bm25(documents, queries), wanted, skip)
        judge("TF-IDF", rank_tfidf(documents, queries), wanted, skip)
        if part == 2:  # with whole abstracts as queries ts_rank takes many minutes
            judge("FTS", rank_fts(documents, queries), wanted, skip)
        judge("rollcall", rank_ours(bench, programme, queries), wanted, skip)


# ---- speed ----

class Program:
    """A running `bench_match turns`: one round whenever it is asked."""

    def __init__(self, bench, folder):
        self.child = subprocess.Popen([bench, "turns", "20000", "2000", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.head = self.answer()

    def answer(self):
        lines = []
        while line := self.child.stdout.readline().strip():
            lines.append(line)
        return lines

    def round(self, what):
        """Step -> (seconds of processor time, seconds)"""
        self.child.stdin.write(what + "\n")
        self.child.stdin.flush()
        return {name: (float(cpu), float(wall)) for cpu, wall, name in (line.split(" ", 2) for line in self.answer())}

    def end(self):
        self.child.stdin.close()
        self.child.wait()


def scipy_round(asked, transposed, batch):
    """Sparse product and the ten best of each row, best first: what our row does, but for ties, which fall as they may."""
    cpu, wall = time.process_time(), time.monotonic()
    for at in range(0, asked.shape[0], batch):
        scores = (asked[at:at + batch] @ transposed).toarray()
        np.negative(scores, out=scores)
        best = np.argpartition(scores, 10, axis=1)[:, :10]
        np.take_along_axis(best, np.argsort(np.take_along_axis(scores, best, 1), axis=1), 1)
    return time.process_time() - cpu, time.monotonic() - wall


def describe(matrix, asked):
    df = np.bincount(matrix.indices, minlength=matrix.shape[1])
    postings = (asked.astype(bool).astype(np.int64) @ df)
    print(f"  {matrix.shape[0]} sessions of {matrix.nnz / matrix.shape[0]:.1f} different words out of {matrix.shape[1]}; "
          f"{asked.shape[0]} queries of {asked.nnz / asked.shape[0]:.1f} words that the sessions have\n"
          f"  entries that the words of a query have: mean {postings.mean():.0f}, "
          f"median {np.median(postings):.0f}, a tenth have {np.percentile(postings, 90):.0f} or more")


def show_rounds(name, rounds, n):
    cpu, wall = [sorted(n / seconds for seconds in column) for column in zip(*rounds)]
    print(f"  {name:38} {np.median(cpu):11,.0f} ({cpu[0]:,.0f} to {cpu[-1]:,.0f})   by the clock {np.median(wall):11,.0f}")


def speed(bench, _shared):
    """scipy and each of the programs (joined by commas, an old build and a new one, say) in turns, round by round."""
    rounds, n = int(sys.argv[4]) if len(sys.argv) > 4 else 9, 20000
    slow = (rounds + 1) // 2  # of what is not held against scipy
    with tempfile.TemporaryDirectory() as folder:
        programs = [Program(path, tempfile.mkdtemp(dir=folder)) for path in bench.split(",")]
        texts = sorted(pathlib.Path(folder).iterdir())[0]
        documents = [" ".join(l.rstrip("\n").split("\t")[2:]) for l in open(texts / "programme.tsv")]
        queries = [l.rstrip("\n").split("\t")[1] for l in open(texts / "interests.tsv")]
        matrix, vectorizer = bm25_matrix(documents)
        asked = vectorizer.transform(queries).astype(np.float32)
        transposed = matrix.T.tocsr()
        batch = min((100, 250, 500, 1000, 2000), key=lambda size: min(scipy_round(asked, transposed, size)[0] for _ in range(2)))
        print("\n".join(programs[0].head))
        describe(matrix, asked)
        peer, ours = [], [collections.defaultdict(list) for _ in programs]
        for _ in range(rounds):
            peer.append(scipy_round(asked, transposed, batch))
            for program, rows in zip(programs, ours):
                for what in ("plain", "all") if len(peer) <= slow else ("plain",):
                    for name, took in program.round(what).items():
                        if (name == PLAIN) == (what == "plain"):
                            rows[name].append(took)
        for program in programs:
            program.end()
    print(f"attendees per second of processor time: median (least to most) of {rounds} rounds in turns, of {slow} the other steps; "
          f"load {os.getloadavg()[0]:.0f}")
    show_rounds(f"scipy BM25 CSR, {batch} at a time", peer, n)
    for path, rows in zip(bench.split(","), ours):
        print(f"{path}")
        for name, took in rows.items():
            show_rounds(name, took, n)
        ratios = [theirs[0] / own[0] for theirs, own in zip(peer, rows[PLAIN])]
        print(f"  {PLAIN}, against scipy in the same turn: {np.median(ratios):.1f} times ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    {"experts": experts, "talks": talks, "speed": speed}[sys.argv[3]](sys.argv[1], sys.argv[2])
