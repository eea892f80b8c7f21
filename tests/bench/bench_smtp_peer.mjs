// nodemailer with a pool: text, HTML and a calendar of the sizes that Rollcall's agenda mail has.
// usage: node bench_smtp_peer.mjs PORT N CONNECTIONS GOLDEN.eml
import {readFileSync} from 'node:fs';
import nodemailer from 'nodemailer';

const [port, n, connections] = process.argv.slice(2, 5).map(Number);
const folder = process.argv[5];
const text = readFileSync(`${folder}/agenda.txt`, 'utf8');
const html = readFileSync(`${folder}/agenda.html`, 'utf8');
const source = readFileSync(`${folder}/agenda.eml`, 'latin1');
const calendar = /BEGIN:VCALENDAR[\s\S]*?END:VCALENDAR\r\n/.exec(source)?.[0] ?? 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n';
const transport = nodemailer.createTransport({host: '127.0.0.1', port, pool: true, maxConnections: connections, maxMessages: Infinity,
                                              secure: false, ignoreTLS: true});
let bytes = 0;
const one = (i) => transport.sendMail({
    from: 'Rollcall <rollcall@example.org>', to: `reader${i}@example.org`, subject: 'Your agenda',
    messageId: `<1-${i}-0123456789abcdef@example.org>`, text, html,
    alternatives: [{contentType: 'text/calendar; method=PUBLISH; charset=utf-8', content: calendar}],
    attachments: [{filename: 'invite.ics', contentType: 'text/calendar', content: calendar}],
    headers: {'Auto-Submitted': 'auto-generated'},
    list: {unsubscribe: 'https://rollcall.example.org/unsubscribe/x'},
}).then((info) => { bytes = info.messageSize ?? bytes; });
for (let i = 0; i < 100; i++) await Promise.all([one(i), one(i)]); // until it is compiled
const cpu = process.cpuUsage();
const start = process.hrtime.bigint();
let next = 0;
const feed = async () => { while (next < n) await one(next++); };
await Promise.all(Array.from({length: 4 * connections}, feed));
const took = Number(process.hrtime.bigint() - start) / 1e3;
const used = process.cpuUsage(cpu);
console.log(`${(n * 1e6 / took).toFixed(0)} ${((used.user + used.system) / n).toFixed(1)} 0 ${bytes}`);
transport.close();
