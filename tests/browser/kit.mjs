// What every browser check needs: signed links, the database, a page that is watched.
import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const base = process.env.BASE;
export const purposes = { answer: 0, agenda: 1, feed: 2, unsubscribe: 3, lead: 4, organiser: 5, meet: 7, here: 8 };

// The token as base/token.h describes it, made independently of the program.
export function token(purpose, subject, { event = 1, person = subject, seconds = 3600 } = {}) {
    const hex = (n) => n.toString(16);
    const expires = Math.floor(Date.now() / 1000) + seconds;
    const payload = `1.1.${purposes[purpose]}.${hex(event)}.${hex(subject)}.${hex(person)}.${hex(expires)}`;
    const mac = createHmac('sha256', process.env.SECRET).update(payload).digest().subarray(0, 16);
    return `${Buffer.from(payload).toString('base64url')}.${mac.toString('base64url')}`;
}

export function sql(text) {
    return execFileSync('psql', ['-d', process.env.PSQL_URL, '-XAtq', '-v', 'ON_ERROR_STOP=1'],
        { input: `set search_path = rollcall;\n${text}`, encoding: 'utf8' }).trim();
}

// Everything that a GET must leave as it is.
export function written() {
    return sql(`select (select count(*) from answer), (select count(*) from choice), (select count(*) from star),
        (select count(*) from preference), (select count(*) from suppression), (select count(*) from decision),
        (select count(*) from clash where acknowledged_at is not null), (select count(*) from clash_history), (select count(*) from organiser_seen),
        (select count(*) from check_in), (select count(*) from roll_word), (select count(*) from stand_in),
        (select max(job_id) from job)`);
}

let failed = 0;
let passed = 0;
export function check(holds, sentence, detail = '') {
    if (holds) {
        passed++;
        console.log(`ok: ${sentence}`);
    } else {
        failed++;
        console.log(`not ok: ${sentence} ${detail}`);
    }
}
export function finish() {
    console.log(`${passed} checks passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
}

// Is it visible, now or within a few seconds (a click may load a page first)?
export function seen(locator) {
    return locator.waitFor({ state: 'visible', timeout: 5000 }).then(() => true, () => false);
}

export function launch() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
}

// A page in which anything that the browser complains about is a failure.
export async function open(browser, options = {}) {
    const context = await browser.newContext({ javaScriptEnabled: true, bypassCSP: true, ...options });
    const page = await context.newPage();
    page.complaints = [];
    page.on('console', (m) => m.type() === 'error' && !/status of (400|404|410)/.test(m.text()) && page.complaints.push(m.text()));
    page.on('requestfailed', (r) => page.complaints.push(`${r.url()} failed`));
    page.on('request', (r) => r.url().startsWith(base) || page.complaints.push(`foreign request ${r.url()}`));
    return page;
}

export async function barriers(page) {
    await page.evaluate(axeSource);
    const result = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`);
}

export async function shot(page, name) {
    if (process.env.SCREENSHOTS) {
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true });
    }
}
