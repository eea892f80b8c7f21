// Takes the pictures; called by ./make with the folder to write to and the output of `rollcall up`.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { chromium } = createRequire(new URL('../../tests/browser/', import.meta.url))('playwright-core');
const [, , folder, output] = process.argv;
const text = readFileSync(output, 'utf8');
const link = (page) => text.match(new RegExp(`http://\\S+/${page}/\\S+`))[0];

// The organiser's page of all boards leads to that of the track whose people are hardest to get together.
const pictures = [
    { name: 'organiser', url: link('organiser'), height: 620 },
    { name: 'lead', url: link('organiser') + '/quorum', follow: 'a.name', height: 620 },
    { name: 'answer', url: link('answer'), height: 820 },
    { name: 'agenda', url: link('agenda'), height: 820 },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
for (const picture of pictures) {
    const page = await browser.newPage({ viewport: { width: 860, height: picture.height }, colorScheme: 'light' });
    await page.goto(picture.url);
    if (picture.follow) {
        await page.locator(picture.follow).first().click();
    }
    await page.screenshot({ path: `${folder}/${picture.name}.png` });
    await page.close();
}
await browser.close();
