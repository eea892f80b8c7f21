// Reads a calendar on stdin with ical.js as strictly as it can and prints its events as JSON.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const zones = new Map(calendar.getAllSubcomponents("vtimezone").map((z) => [z.getFirstPropertyValue("tzid"), new ICAL.Timezone(z)]));
const utc = (property) => {
    const time = property.getFirstValue();
    const zone = zones.get(property.getParameter("tzid"));
    if (property.getParameter("tzid") && !zone) throw new Error(`no VTIMEZONE for ${property.getParameter("tzid")}`);
    if (zone) time.zone = zone;
    return new Date(time.toUnixTime() * 1000).toISOString();
};
const events = calendar.getAllSubcomponents("vevent").map((c) => {
    const event = new ICAL.Event(c);
    for (const name of ["uid", "dtstamp", "dtstart", "dtend", "summary"]) {
        if (c.getAllProperties(name).length !== 1) throw new Error(`${name} is not there once`);
    }
    return { uid: event.uid, sequence: event.sequence, status: c.getFirstPropertyValue("status"), summary: event.summary,
             start: utc(c.getFirstProperty("dtstart")), end: utc(c.getFirstProperty("dtend")) };
});
console.log(JSON.stringify(events));
