#!/usr/bin/env python3
"""Matrix messages (PUT of 1.2 KB) beside undici (npm) over one connection, into one sink, in turns. Rollcall has one request
under way at a time, as its channel does; undici one, and ten pipelined.

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
import {Client} from 'undici';
const [port, n, flights] = process.argv.slice(2).map(Number);
const client = new Client(`http://127.0.0.1:${port}`, {pipelining: flights});
const body = 'x'.repeat(1200);
const put = async (i) => {
    const {body: answer} = await client.request({method: 'PUT', path: `/_matrix/client/v3/rooms/%21r/send/m.room.message/1-${i}`, body,
        headers: {authorization: 'Bearer token', 'content-type': 'application/json'}});
    await answer.text();
};
for (let i = 0; i < 500; i++) await put(i);
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
    sink = subprocess.Popen([OURS, "sink"], stdout=subprocess.PIPE, text=True)
    port = sink.stdout.readline().strip()
    rows = {"rollcall": [], "undici": [], "undici x10": []}
    try:
        for _ in range(ROUNDS):
            rows["rollcall"].append(words([OURS, "put", port, str(REQUESTS)]))
            for name, flights in (("undici", "1"), ("undici x10", "10")):
                rows[name].append(words(["node", "bench_matrix_peer.mjs", port, str(REQUESTS), flights]))
    finally:
        sink.kill()
        sink.wait()
    print(f"{ROUNDS} rounds of {REQUESTS} requests, in turns; medians (least..most)")
    for name, values in rows.items():
        speed, cpu = zip(*values)
        print(f"{name:10} {statistics.median(speed):6.0f} requests/s ({min(speed):.0f}..{max(speed):.0f}), "
              f"{statistics.median(cpu):5.1f} us of CPU a request")
    for name in ("undici", "undici x10"):
        wall = [a[0] / b[0] for a, b in zip(rows["rollcall"], rows[name])]
        cpu = [b[1] / a[1] for a, b in zip(rows["rollcall"], rows[name])]
        print(f"{statistics.median(wall):.1f} times {name} ({min(wall):.1f}..{max(wall):.1f}); by CPU {statistics.median(cpu):.1f} times")


main()
