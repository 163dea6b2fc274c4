// Microsoft's JavaScript client against graphtwin over TLS. Prints what it saw as JSON; the test beside it judges.
import { BatchRequestContent, BatchResponseContent, Client, GraphError, PageIterator } from '@microsoft/microsoft-graph-client';

const { TWIN, ALICE, BOB } = process.env;

function clientFor(token) {
  return Client.initWithMiddleware({
    authProvider: { getAccessToken: async () => token },
    baseUrl: `${TWIN}/`,
    customHosts: new Set([new URL(TWIN).hostname]),
  });
}

const alice = clientFor(ALICE);
const bob = clientFor(BOB);
const seen = {};

const at = (day, hour) => ({ dateTime: `2026-08-${String(day).padStart(2, '0')}T${hour}:00:00`, timeZone: 'Europe/Berlin' });
const meeting = (subject, day, ...guests) => ({
  subject,
  start: at(day, '10'),
  end: at(day, '11'),
  attendees: guests.map((address) => ({ type: 'required', emailAddress: { address } })),
});

// create, read with a time zone, update, answer, cancel
const made = await alice.api('/me/events').header('Prefer', 'outlook.timezone="Europe/Berlin"').post(meeting('Plan', 4, 'bob@example.com'));
seen.created = [made.subject, made.start.dateTime, made.start.timeZone, made.attendees[0].status.response];
await alice.api(`/me/events/${made.id}`).patch({ subject: 'Plan B' });
const [copy] = (await bob.api('/me/events').select('id,subject,isOrganizer').get()).value;
seen.copy = [copy.subject, copy.isOrganizer];
await bob.api(`/me/events/${copy.id}/tentativelyAccept`).post({ comment: 'Perhaps', sendResponse: true });
seen.answer = (await alice.api(`/me/events/${made.id}`).get()).attendees[0].status.response;
await alice.api(`/me/events/${made.id}/cancel`).post({ Comment: 'Off' });
seen.cancelled = (await bob.api(`/me/events/${copy.id}`).get()).isCancelled;

// errors arrive as the client's own
seen.error = await alice
  .api('/me/events/AAMkAAAA')
  .get()
  .catch((error) => [error instanceof GraphError, error.statusCode >= 400, typeof error.code]);

// many events by page iterator
for (let day = 5; day < 17; day += 1) {
  await alice.api('/me/events').post(meeting(`Day ${day}`, day));
}
const subjects = [];
const first = await alice.api('/me/events').top(5).select('subject').orderby('subject').get();
await new PageIterator(alice, first, (event) => subjects.push(event.subject) > 0).iterate();
seen.paged = subjects;

// a series in a window, and one occurrence of it changed
const recurrence = {
  pattern: { type: 'daily', interval: 2 },
  range: { type: 'endDate', startDate: '2026-09-01', endDate: '2026-09-09' },
};
const series = await alice.api('/me/calendar/events').post({
  ...meeting('Team', 4),
  start: { dateTime: '2026-09-01T09:00:00', timeZone: 'Europe/Berlin' },
  end: { dateTime: '2026-09-01T09:30:00', timeZone: 'Europe/Berlin' },
  recurrence,
});
const september = { startDateTime: '2026-09-01T00:00:00Z', endDateTime: '2026-10-01T00:00:00Z' };
const view = () => alice.api('/me/calendarView').query(september).orderby('start/dateTime').get();
await alice.api(`/me/events/${(await view()).value[1].id}`).patch({ subject: 'Team, outside' });
seen.view = (await view()).value.map((event) => [event.subject, event.type, event.seriesMasterId === series.id]);

// delta by page iterator
const round = await alice.api('/me/calendarView/delta').query(september).header('Prefer', 'odata.maxpagesize=2').get();
const changed = [];
const iterator = new PageIterator(alice, round, (event) => changed.push(event.type) > 0);
await iterator.iterate();
seen.delta = changed.sort();
await alice.api(`/me/events/${series.id}`).delete();
const after = await alice.api(iterator.getDeltaLink()).get();
seen.removed = after.value.map((event) => [event.id === series.id, event['@removed']?.reason]);

// batch
const batch = new BatchRequestContent([
  { id: '1', request: new Request(`${TWIN}/v1.0/me/calendars`, { method: 'GET' }) },
  { id: '2', request: new Request(`${TWIN}/v1.0/me/events/none`, { method: 'DELETE' }), dependsOn: ['1'] },
]);
const answered = new BatchResponseContent(await alice.api('/$batch').post(await batch.getContent()));
seen.batch = [answered.getResponseById('1').status, answered.getResponseById('2').status >= 400];

// the client's own retry handler waits as Retry-After says
seen.retried = (await alice.api('/me/calendars').get()).value.length;

console.log(JSON.stringify(seen));
