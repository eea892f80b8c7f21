// graphile-worker, as its documentation tunes it for speed. usage: node bench_queue_peer.mjs URL enqueue|drain|latency N
import {makeWorkerUtils, run, runMigrations} from 'graphile-worker';

const [url, what, text] = process.argv.slice(2);
const n = Number(text);
const {Logger} = await import('graphile-worker');
const quiet = new Logger(() => () => {});
const now = () => Number(process.hrtime.bigint()) / 1e3;

if (what === 'migrate') {
    await runMigrations({connectionString: url, logger: quiet});
} else if (what === 'enqueue') {
    const utils = await makeWorkerUtils({connectionString: url, logger: quiet});
    const start = now();
    for (let at = 0; at < n; at += 5000) {
        const jobs = [];
        for (let i = at; i < Math.min(at + 5000, n); i++) {
            jobs.push({identifier: 'nothing', payload: {id: i}});
        }
        await utils.addJobs(jobs);
    }
    console.log((n * 1e6 / (now() - start)).toFixed(0));
    await utils.release();
} else if (what === 'drain') {
    let done = 0;
    let finished;
    const all = new Promise((resolve) => { finished = resolve; });
    const start = now();
    const runner = await run({
        connectionString: url, logger: quiet, noHandleSignals: true,
        preset: {worker: {concurrentJobs: 24, localQueue: {size: 500}, completeJobBatchDelay: 0, failJobBatchDelay: 0,
                          connectionString: url, maxPoolSize: 10}},
        taskList: {nothing: () => { if (++done === n) finished(); }},
    });
    await all;
    await runner.stop();
    console.log((n * 1e6 / (now() - start)).toFixed(0));
} else {
    const utils = await makeWorkerUtils({connectionString: url, logger: quiet});
    let began;
    const runner = await run({connectionString: url, logger: quiet, noHandleSignals: true, concurrency: 1,
                              taskList: {nothing: () => began(now())}});
    await new Promise((r) => setTimeout(r, 500));
    const took = [];
    for (let i = 0; i < n; i++) {
        await new Promise((r) => setTimeout(r, 3));
        const at = new Promise((resolve) => { began = resolve; });
        const start = now();
        await utils.addJob('nothing', {});
        took.push(await at - start);
    }
    took.sort((a, b) => a - b);
    console.log(`${took[n >> 1].toFixed(0)} ${took[Math.floor(n * 0.99)].toFixed(0)}`);
    await runner.stop();
    await utils.release();
}
process.exit(0);
