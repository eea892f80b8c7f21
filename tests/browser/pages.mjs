// Clicks through the pages as people do. One line per check; the exit status is 1 when one failed.
import { connect } from 'node:net';
import { base, barriers, check, finish, launch, open, seen, shot, sql, token, written } from './kit.mjs';

const links = {
    front: '/',
    answer: `/answer/${token('answer', 3)}`,
    'answer-one': `/answer/${token('answer', 6)}`,
    'answer-remote': `/answer/${token('answer', 2)}`,
    agenda: `/agenda/${token('agenda', 1)}`,
    interests: `/agenda/${token('agenda', 1)}/interests`,
    'agenda-introductions': `/agenda/${token('agenda', 7)}`,
    meet: `/meet/${token('meet', 1, { person: 7 })}`,
    'meet-introduced': `/meet/${token('meet', 2, { person: 3 })}`,
    programme: `/agenda/${token('agenda', 1)}/programme`,
    'programme-searched': `/agenda/${token('agenda', 1)}/programme?words=work&track=4`,
    unsubscribe: `/unsubscribe/${token('unsubscribe', 4)}`,
    lead: `/lead/${token('lead', 1)}`,
    roll: `/lead/${token('lead', 1)}/roll`,
    here: `/here/${token('here', 1, { person: 3 })}`,
    organiser: `/organiser/${token('organiser', 0)}`,
    quorum: `/organiser/${token('organiser', 0)}/quorum`,
    moves: `/organiser/${token('organiser', 0)}/moves?session=2&room=&at=2031-12-12T15:00`,
    bofs: `/organiser/${token('organiser', 0)}/bofs`,
    changes: `/organiser/${token('organiser', 0)}/changes`,
    expired: `/answer/${token('answer', 3, { seconds: -5 })}`,
    unknown: '/answer/not-a-token',
};

async function everyPageIsFreeOfBarriers(browser) {
    const before = written();
    for (const scheme of ['light', 'dark']) {
        for (const width of [360, 1100]) {
            const page = await open(browser, { colorScheme: scheme, viewport: { width, height: 800 } });
            for (const [name, path] of Object.entries(links)) {
                await page.goto(base + path);
                const found = await barriers(page);
                check(found.length === 0, `${name}: no barriers, ${scheme}, ${width} px`, found.join(' | '));
                const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                check(overflow <= 0, `${name}: nothing sticks out at ${width} px`, `${overflow} px`);
                await shot(page, `${name}-${scheme}-${width}`);
            }
            check(page.complaints.length === 0, `the browser has nothing to complain about, ${scheme}, ${width} px`,
                page.complaints.join(' | '));
            await page.context().close();
        }
    }
    check(written() === before, 'GET never changes anything');
}

async function anAnswerByMouse(browser) {
    const page = await open(browser, { javaScriptEnabled: false, bypassCSP: false });
    await page.goto(base + links.answer);
    await page.getByRole('radio', { name: 'Yes, I will be in the room' }).first().check();
    await page.getByRole('group', { name: 'I will be in' }).getByLabel('Scheduler MC').check();
    const toolchains = page.locator('section', { has: page.getByRole('heading', { name: 'Toolchains MC' }) });
    await toolchains.locator('summary').click();
    await toolchains.getByLabel('Yes, but not before a certain time').check();
    await toolchains.getByLabel('Not before (time in Asia/Tokyo)').fill('15:30');
    await page.getByRole('button', { name: 'Send my answer' }).click();
    check(await seen(page.getByRole('heading', { name: 'Thank you, Chen Weilin' })), 'an answer is thanked for, without scripts');
    check(await seen(page.getByText('You will be in Scheduler MC')), 'the thanks say which room');
    check(sql(`select string_agg(concat_ws(' ', coalesce(track_id, 0), reply, not_before_min), ', ' order by answer_id) from answer where person_id = 3`)
        === '0 yes 0, 3 not_before 930', 'the answers are rows');
    check(sql(`select concat_ws(' ', session_id, against_id) from choice where person_id = 3`) === '2 1', 'the choice is a row');
    await page.reload();
    check(sql('select count(*) from answer where person_id = 3') === '2', 'sending the same again adds nothing');
    await page.getByRole('link', { name: 'Change my answer' }).click();
    check(await page.getByRole('radio', { name: 'Yes, I will be in the room' }).first().isChecked(), 'the page remembers the answer');
    await page.context().close();
}

async function anAnswerByKeyboard(browser) {
    const page = await open(browser);
    await page.goto(base + links['answer-one']);
    await page.keyboard.press('Tab');
    check(await seen(page.getByRole('link', { name: 'Skip to the content' })), 'the first Tab offers to skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const checked = await page.locator('input[type=radio]:checked').getAttribute('value');
    check(checked === 'not_before', 'arrow keys walk through the answers', checked);
    await page.keyboard.press('Tab');
    await page.locator('input[type=time]').fill('');
    await shot(page, 'answer-keyboard');
    await page.getByRole('button', { name: 'Send my answer' }).focus();
    await page.keyboard.press('Enter');
    check(await seen(page.getByRole('alert')), 'an answer without its time is asked for again');
    check((await barriers(page)).length === 0, 'the page with the problem has no barriers', (await barriers(page)).join(' | '));
    await shot(page, 'answer-problem');
    check(sql('select count(*) from answer where person_id = 6') === '0', 'nothing was saved of it');
    await page.locator('input[type=radio]:checked').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    check(await seen(page.getByText('Your answer is saved')), 'the keyboard alone sends an answer');
    check(sql('select concat_ws(\' \', track_id, reply) from answer where person_id = 6') === '2 remote', 'and it is a row');
    check((await barriers(page)).length === 0, 'the thanks have no barriers');
    await shot(page, 'thanks');
    await page.context().close();
}

async function starsAndPreferences(browser) {
    const page = await open(browser);
    await page.goto(base + links.programme);
    await page.getByLabel('Words of titles').fill('locks hurry');
    await page.keyboard.press('Enter');
    check(await seen(page.getByText('1 session fits.')), 'words find a session');
    await page.getByRole('button', { name: 'Star Locks for people in a hurry' }).click();
    check(await seen(page.getByText('1 session fits.')), 'a star leads back to what was looked for');
    check(await seen(page.getByRole('button', { name: 'Remove star from Locks for people in a hurry' })), 'a star shows');
    check(sql('select count(*) from star where person_id = 1 and session_id = 9 and not is_dislike') === '1', 'a star is a row');
    await page.goto(base + links.agenda);
    await page.getByRole('link', { name: 'What you care about' }).click();
    await page.getByLabel('Topics, projects, questions').fill('lock <contention>, real time');
    await page.getByRole('button', { name: 'Save' }).click();
    check(await seen(page.getByRole('status')) && await page.getByLabel('Topics').inputValue() === 'lock <contention>, real time', 'interests are kept as they were written');
    await page.getByRole('link', { name: 'Back to your agenda' }).click();
    await page.getByLabel('Mail only').check();
    await page.getByLabel('From').fill('22:00');
    await page.getByLabel('Until').fill('07:00');
    await page.getByRole('button', { name: 'Save preferences' }).click();
    check(await seen(page.getByRole('status')), 'saved preferences are confirmed');
    check(sql('select concat_ws(\' \', channel, wants_agenda, quiet_from_min, quiet_until_min) from preference where person_id = 1')
        === 'mail t 1320 420', 'preferences are a row');
    await page.context().close();
}

async function peopleMeet(browser) {
    const page = await open(browser, { javaScriptEnabled: false, bypassCSP: false });
    await page.goto(base + links.agenda);
    await page.getByLabel('Give my address').check();
    await page.getByRole('button', { name: 'Propose people worth meeting' }).click();
    check(await seen(page.getByText('From now on we propose people')), 'opting in is confirmed');
    check(sql("select concat_ws(' ', wants_introductions, shares_contact) from preference where person_id = 1") === 't t', 'and is a row');
    await page.goto(base + links.meet);
    check(await seen(page.getByText('somebody at Pipes Conference 2031 who works on CXL')), 'the question says what it is about');
    await page.getByRole('button', { name: 'Yes, I would like to meet' }).click();
    check(await seen(page.getByText('If the other one does too')), 'a yes is confirmed');
    check(sql("select string_agg(reply, ',') from introduction_answer where introduction_id = 1") === 'yes', 'and is a row');
    await page.goto(base + `/agenda/${token('agenda', 3)}`);
    await page.getByRole('button', { name: 'No to somebody who works on wake-up' }).click();
    check(await seen(page.getByText('nobody is told')), 'a no on the agenda page is confirmed');
    await page.goto(base + links['agenda-introductions']);
    check(await seen(page.getByRole('heading', { name: 'Chen Weilin' })), 'who said yes as well is named');
    await page.getByRole('button', { name: 'No more introductions' }).click();
    check(await page.getByText('Chen Weilin').count() === 0, 'who stops sees nobody any more');
    await page.goto(base + links['meet-introduced']);
    check(await seen(page.getByText('This question is over')), 'and is seen by nobody');
    await page.context().close();
}

async function aLeadSaysWhoIsMeant(browser) {
    const page = await open(browser);
    await page.goto(base + links.lead);
    check(await seen(page.getByText('not quorate')), 'the board says how the room stands');
    await page.getByLabel('Gita Raman').check();
    await page.locator('section', { hasText: 'Who is “Gita”?' }).getByRole('button', { name: 'Save' }).click();
    check(await seen(page.getByText('“Gita” is Gita Raman')), 'a decision shows');
    check(sql('select concat_ws(\' \', name, track_id, person_id, verdict) from decision') === 'Gita 1 7 same', 'a decision is a row');
    await page.context().close();
}

async function anOrganiserAcknowledges(browser) {
    const page = await open(browser);
    await page.goto(base + links.organiser);
    check(await page.locator('.clashes > li').count() === 5, 'the list begins with what matters');
    await page.getByRole('link', { name: 'Show them too' }).click();
    check(await page.locator('.clashes > li').count() === 7, 'and has the rest behind a link');
    await page.getByRole('button', { name: 'All of this is seen' }).click();
    check(await seen(page.getByText('What comes up from now on is marked as new')), 'what was seen is confirmed');
    check(await page.getByText('new', { exact: true }).count() === 1, 'nothing is marked as new then');
    await page.getByLabel('Severity').selectOption('medium');
    await page.getByRole('button', { name: 'Show' }).click();
    check(await page.locator('.clashes > li').count() === 2, 'the filter leaves two clashes');
    await page.locator('.clashes summary').first().click();
    await page.getByLabel('Why may it stay?').first().fill('She has a <guaranteed> place');
    await page.locator('.acknowledge button').first().click();
    check(await seen(page.getByText('Acknowledged. It comes back')), 'an acknowledgement is confirmed');
    check(await page.getByLabel('Severity').inputValue() === 'medium', 'the filter stays as it was');
    check(sql('select acknowledged_why from clash where acknowledged_at is not null') === 'She has a <guaranteed> place', 'its reason is a row');
    await page.goto(base + links.organiser + '?state=acknowledged');
    check(await seen(page.getByText('She has a <guaranteed> place')), 'and is shown as it was written');
    await page.context().close();
}

async function mailIsStoppedAndHadAgain(browser) {
    const page = await open(browser, { javaScriptEnabled: false, bypassCSP: false });
    const stopped = () => sql("select count(*) from suppression where address like 'weilin%'");
    await page.goto(base + `/unsubscribe/${token('unsubscribe', 3)}`);
    await page.getByLabel('Mail only').check();
    await page.getByLabel('Send me my agenda').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    check(await seen(page.getByText('Saved. It takes effect at once.')), 'what is sent is chosen on the page of the footer');
    check(sql("select concat_ws(' ', channel, wants_agenda) from preference where person_id = 3") === 'mail f', 'and is a row');
    await page.getByRole('button', { name: 'Stop all mail' }).click();
    check(await seen(page.getByText('You get no mail from us')) && stopped() === '1', 'mail is stopped by a click');
    await page.getByRole('button', { name: 'Send me mail again' }).click();
    check(await seen(page.getByText('You get mail from us again')) && stopped() === '0', 'and had again by another');
    await page.context().close();
}

async function http(path, options) {
    return fetch(base + path, { redirect: 'manual', ...options });
}

async function plainHttp() {
    const answer = await http(links.answer);
    const csp = answer.headers.get('content-security-policy');
    check(csp.includes("default-src 'none'") && !csp.includes('unsafe'), 'the content policy is strict');
    check(answer.headers.get('referrer-policy') === 'no-referrer' && answer.headers.get('cache-control') === 'no-store', 'links do not leak and pages are not stored');
    check(!(await answer.text()).includes('<script'), 'there are no scripts');
    check((await http(links.expired)).status === 410, 'an expired link is 410');
    check((await http(links.unknown)).status === 404, 'a made-up link is 404');
    check((await http('/answer/' + token('agenda', 3))).status === 404, 'a link of another purpose is 404');
    const head = await http(links.answer, { method: 'HEAD' });
    check(head.status === 200 && (await head.text()) === '', 'HEAD has no body');
    const put = await http(links.answer, { method: 'PUT', body: 'x' });
    check(put.status === 405 && put.headers.get('allow') === 'GET, HEAD, POST', 'PUT is 405 with Allow');

    const form = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    const multi = new FormData();
    multi.set('List-Unsubscribe', 'One-Click');
    check((await http(links.unsubscribe, { method: 'POST', body: form })).status === 200, 'one click, urlencoded');
    check((await http(`/unsubscribe/${token('unsubscribe', 5)}`, { method: 'POST', body: multi })).status === 200, 'one click, multipart');
    check(sql("select string_agg(address, ' ' order by address) from suppression") === 'dolores@example.net emeka@example.com', 'both addresses get no more mail');

    const post = (body, type = 'application/x-www-form-urlencoded') => http(links['answer-remote'], { method: 'POST', body, headers: { 'content-type': type } });
    check((await post('reply=perhaps')).status === 400, 'an unknown value is 400');
    check((await post('reply=%ff%fe')).status === 400, 'text that is not UTF-8 is 400');
    check((await post('reply=%00')).status === 400, 'a NUL is 400');
    check((await post('a=' + 'x'.repeat(70000))).status === 413, 'a large body is 413');
    check((await post('x=1&'.repeat(2000))).status === 400, 'thousands of fields are 400');
    check((await post('{}', 'application/json')).status === 415, 'another type is 415');
    check((await http('/?' + 'q=' + 'x'.repeat(3000))).status === 414, 'a long address is 414');
    check((await post('')).status === 400, 'an empty form is 400');
    check(sql('select count(*) from answer where person_id = 2') === '0', 'none of them was saved');

    const feed = await http(`/feed/${token('feed', 1)}.ics`);
    const etag = feed.headers.get('etag');
    check(feed.headers.get('content-type') === 'text/calendar; charset=utf-8' && /^"/.test(etag), 'the feed is a calendar with a strong entity tag');
    const again = await http(`/feed/${token('feed', 1)}.ics`, { headers: { 'if-none-match': etag } });
    check(again.status === 304, 'an unchanged feed is 304');
    const api = await (await http(`/api/organiser/${token('organiser', 0)}/quorum`)).json();
    check(api.quorum.length === 3 && api.quorum.every((t) => t.persons.length > 0), 'the API has the quorum of every track');
    check((await http('/health')).status === 200, 'health is fine');
}

// Bytes as no browser sends them; resolves to the status line's code, "" when the server just hangs up.
function raw(...pieces) {
    const { hostname, port } = new URL(base);
    return new Promise((resolve) => {
        let reply = '';
        const socket = connect(Number(port), hostname, () => { pieces.forEach((p) => socket.write(p)); socket.end(); });
        socket.on('data', (data) => { reply += data; });
        socket.on('error', () => {});
        socket.on('close', () => resolve(reply.slice(9, 12)));
    });
}

async function hostileRequestsAreSurvived() {
    const postTo = (path) => `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: `;
    const post = postTo(links['answer-remote']);
    const urlencoded = 'application/x-www-form-urlencoded';
    const chunk = `1000\r\n${'a'.repeat(4096)}\r\n`;
    check(await raw(`${post}${urlencoded}\r\nTransfer-Encoding: chunked\r\n\r\n`, chunk.repeat(20), '0\r\n\r\n') === '413',
        'a large body in chunks is 413');
    check(await raw(`${post}${urlencoded}\r\nTransfer-Encoding: chunked\r\n\r\n`, chunk.repeat(200)) === '',
        'an endless body is hung up on');
    check(['', '431'].includes(await raw(`GET /?${'a&'.repeat(900)} HTTP/1.1\r\nHost: x\r\n\r\n`)), 'hundreds of query fields are not taken');
    check(await raw(`GET / HTTP/1.1\r\n${'X-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n'.repeat(800)}\r\n`) === '431', 'endless headers are 431');
    const pieces = ['reply=yes', 'reply=', '&', '=', '%', '%4', '%00', 'not_before=14:00', 'choice_1_2=9', '\xff', '+', 'a'.repeat(300),
        '--Boundary77\r\n', 'Content-Disposition: form-data; name="reply"\r\n', '\r\n', '--Boundary77--', 'name="', '\0', ';'];
    let seed = 7;
    const next = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; };
    const seenCodes = new Set();
    for (let i = 0; i < 400; i++) {
        const body = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join('') + '&choice_1_2=x';
        const type = i % 2 ? urlencoded : 'multipart/form-data; boundary=Boundary77';
        const head = postTo(`/answer/${token('answer', 2 + i % 5)}`); // no link as often as to be slowed down
        seenCodes.add(await raw(`${head}${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n`, Buffer.from(body, 'latin1')));
    }
    check([...seenCodes].every((code) => ['200', '400'].includes(code)), 'scrambled forms are answered or refused', [...seenCodes].join(' '));
    check((await http('/health')).status === 200, 'and the worker goes on');
    const often = new Set();
    for (let i = 0; i < 200; i++) {
        often.add(await raw(`${postTo(`/agenda/${token('agenda', 8)}/star`)}${urlencoded}\r\nContent-Length: 24\r\n\r\n`, 'session=9&verdict=star&x='.slice(0, 24)));
    }
    check(often.has('303') && often.has('429'), 'a link that writes all the time is slowed down', [...often].join(' '));
}

// A request that is under way when the worker is told to stop gets its answer; new ones are not taken.
async function stoppingFinishesWhatIsUnderWay() {
    const { hostname, port } = new URL(base);
    const body = 'reply=no';
    const socket = connect(Number(port), hostname);
    let reply = '';
    socket.on('data', (data) => { reply += data; });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write(`POST /answer/${token('answer', 1)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 3)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(Number(process.env.WORKER), 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const refused = await new Promise((resolve) => {
        const late = connect(Number(port), hostname, () => { late.destroy(); resolve(false); });
        late.on('error', () => resolve(true));
    });
    check(refused, 'a stopping worker takes no new connections');
    socket.write(body.slice(3));
    await closed;
    check(reply.startsWith('HTTP/1.1 200') && reply.includes('Thank you, Ada Lindqvist'), 'but it finishes what is under way', reply.slice(0, 40));
}

// On the day, on a phone, without scripts: one says that they are there, the lead ticks another and calls the rest.
async function aRollIsCalled(browser) {
    sql("update session set starts_at = now() + interval '5 minutes', ends_at = now() + interval '2 hours' where session_id = 1");
    const phone = { viewport: { width: 360, height: 700 } };
    const page = await open(browser, { ...phone, javaScriptEnabled: false, bypassCSP: false });
    await page.goto(base + links.here);
    await shot(page, 'here-open');
    await page.getByRole('button', { name: 'I am here' }).click();
    check(await seen(page.getByText('You are here. The lead sees it.')), 'who is there says so with one click');
    await page.goto(base + links.lead);
    await page.getByRole('link', { name: 'Call the roll' }).click();
    check(await seen(page.getByRole('heading', { name: '1 of 5 are here; 3 are needed' })), 'the lead sees it');
    await page.getByRole('button', { name: 'Here is Ada Lindqvist' }).click();
    check(await seen(page.getByRole('heading', { name: '2 of 5 are here' })), 'the lead ticks somebody');
    await shot(page, 'roll-phone');
    await page.getByRole('button', { name: 'Not here after all (Ada Lindqvist)' }).click();
    check(await seen(page.getByRole('heading', { name: '1 of 5 are here' })), 'and takes it back');
    await page.getByRole('button', { name: 'Call those who are missing' }).click();
    check(await seen(page.getByText('They are being called')), 'the lead calls those who are missing');
    await page.getByRole('button', { name: 'Begin without them' }).click();
    check(await seen(page.getByText('without those who are missing')), 'the lead begins without them');
    check(await page.getByRole('button', { name: 'Call those' }).count() === 0, 'and nobody is called any more');
    check(sql("select string_agg(what, ',' order by roll_word_id) from roll_word") === 'call,begin', 'both are rows');
    await page.context().close();
    for (const scheme of ['light', 'dark']) {
        const watched = await open(browser, { ...phone, colorScheme: scheme });
        for (const name of ['here', 'roll']) {
            await watched.goto(base + links[name]);
            const found = await barriers(watched);
            check(found.length === 0, `${name}, while it is open: no barriers, ${scheme}`, found.join(' | '));
            const low = await watched.evaluate(() => [...document.querySelectorAll('main button')].filter((b) => b.offsetHeight < 44).length);
            check(low === 0, `${name}: every button is large enough for a thumb`, `${low} are not`);
        }
        await watched.context().close();
    }
    sql("update session set starts_at = '2031-12-11 10:00+09', ends_at = '2031-12-11 13:30+09' where session_id = 1");
}

const browser = await launch();
try {
    await everyPageIsFreeOfBarriers(browser);
    await anAnswerByMouse(browser);
    await anAnswerByKeyboard(browser);
    await starsAndPreferences(browser);
    await peopleMeet(browser);
    await aLeadSaysWhoIsMeant(browser);
    await anOrganiserAcknowledges(browser);
    await mailIsStoppedAndHadAgain(browser);
    await aRollIsCalled(browser);
    await plainHttp();
    await hostileRequestsAreSurvived();
    await stoppingFinishesWhatIsUnderWay();
} finally {
    await browser.close();
}
process.exit(finish());
