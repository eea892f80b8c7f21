#!/usr/bin/env python3
"""Matrix messages (PUT of 1.2 KB) beside undici (npm), into one sink, in turns: one at a time, several at a time, over one
connection with ten pipelined (undici) and over a pool; then to a server that takes 5 ms to answer.

    cmake -S . -B build -DROLLCALL_TESTS=ON && ninja -C build bench_matrix
    tests/bench/bench_matrix.py build [ROUNDS] [REQUESTS]

undici is installed into BUILD/peers. CPU is the client's.
"""
import pathlib
import statistics
import subprocess
import sys

BUILD = pathlib.Path(sys.argv[1]).resolve()
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
REQUESTS = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
PEERS = BUILD / "peers"
OURS = BUILD / "tests" / "bench_matrix"
PEER = """
import {Pool} from 'undici';
const [port, n, connections, pipelining] = process.argv.slice(2).map(Number);
const flights = connections * pipelining;
const client = new Pool(`http://127.0.0.1:${port}`, {connections, pipelining});
const body = 'x'.repeat(1200);
const put = async (i) => {
    const {body: answer} = await client.request({method: 'PUT', path: `/_matrix/client/v3/rooms/%21r/send/m.room.message/1-${i}`, body,
        headers: {authorization: 'Bearer token', 'content-type': 'application/json'}});
    await answer.text();
};
for (let i = 0; i < 300; i++) await put(i);
const cpu = process.cpuUsage();
const start = process.hrtime.bigint();
let next = 0;
const feed = async () => { while (next < n) await put(next++); };
await Promise.all(Array.from({length: flights}, feed));
const took = Number(process.hrtime.bigint() - start) / 1e3;
const used = process.cpuUsage(cpu);
console.log(`${(n * 1e6 / took).toFixed(0)} ${((used.user + used.system) / n).toFixed(1)}`);
await client.close();
"""


def words(command):
    return [float(x) for x in subprocess.run(command, check=True, capture_output=True, text=True, cwd=PEERS).stdout.split()]


def main():
    PEERS.mkdir(exist_ok=True)
    if not (PEERS / "node_modules" / "undici").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(PEERS), "undici@6"], check=True)
    (PEERS / "bench_matrix_peer.mjs").write_text(PEER)
    compare("a server that answers at once", "0", REQUESTS)
    compare("a server that takes 5 ms", "5000", REQUESTS // 10)


OWN = {"rollcall x1": "1", "rollcall x4": "4", "rollcall x16": "16"}
OTHERS = {"undici x1": ("1", "1"), "undici 1 connection, 10 pipelined": ("1", "10"), "undici pool of 4": ("4", "1"),
          "undici pool of 16": ("16", "1")}
PAIRS = (("rollcall x1", "undici x1"), ("rollcall x4", "undici pool of 4"), ("rollcall x16", "undici pool of 16"),
         ("rollcall x16", "undici 1 connection, 10 pipelined"))


def compare(title, wait_us, n):
    sink = subprocess.Popen([OURS, "sink", wait_us], stdout=subprocess.PIPE, text=True)
    port = sink.stdout.readline().strip()
    rows = {name: [] for name in [*OWN, *OTHERS]}
    try:
        for _ in range(ROUNDS):
            for name, at_once in OWN.items():
                rows[name].append(words([OURS, "put", port, str(n), at_once]))
            for name, shape in OTHERS.items():
                rows[name].append(words(["node", "bench_matrix_peer.mjs", port, str(n), *shape]))
    finally:
        sink.kill()
        sink.wait()
    print(f"{title}: {ROUNDS} rounds of {n} requests, in turns; medians (least..most)")
    for name, values in rows.items():
        speed, cpu = zip(*values)
        print(f"  {name:34} {statistics.median(speed):6.0f} requests/s ({min(speed):.0f}..{max(speed):.0f}), "
              f"{statistics.median(cpu):5.1f} us of CPU a request ({min(cpu):.1f}..{max(cpu):.1f})")
    for ours, theirs in PAIRS:
        wall = [a[0] / b[0] for a, b in zip(rows[ours], rows[theirs])]
        cpu = [b[1] / a[1] for a, b in zip(rows[ours], rows[theirs])]
        print(f"  {ours} is {statistics.median(wall):.1f} times {theirs} ({min(wall):.1f}..{max(wall):.1f}); "
              f"by CPU {statistics.median(cpu):.1f} times")


main()
