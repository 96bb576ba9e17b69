// The window of messages that is kept of each conversation: how pages and live messages fit into it. Pure functions;
// called by the reducers. Always holds: messages are sorted by `seq`, each once, its newest `rev`, at most ROWS + SLACK.

/** @typedef {import('./types.js').Timeline} Timeline */

export const PAGE = 50;
const ROWS = 150; // more than the tallest window shows at once
const SLACK = 50;

/** @returns {Timeline} */
export const emptyTimeline = () => ({
  messages: [], loaded: false, at_start: false, at_end: true, loading: null, late: [], divider_seq: null,
  target_seq: null,
});

/** Both lists as one; of a message in both, the newer state. */
function merge(known, arrived) {
  const by_seq = new Map(known.map((message) => [message.seq, message]));
  for (const message of arrived) {
    const had = by_seq.get(message.seq);
    if (!had || message.rev >= had.rev) by_seq.set(message.seq, message);
  }
  return [...by_seq.values()].sort((a, b) => a.seq - b.seq);
}

const cutNewest = (timeline) =>
  timeline.messages.length <= ROWS + SLACK
    ? timeline
    : { ...timeline, messages: timeline.messages.slice(0, ROWS), at_end: false };

const cutOldest = (timeline) =>
  timeline.messages.length <= ROWS + SLACK
    ? timeline
    : { ...timeline, messages: timeline.messages.slice(-ROWS), at_start: false };

/** A message arrived live. Where the window ends before the newest one, it will come with its page. */
export function postMessage(timeline, message, at_bottom) {
  if (timeline.loading) timeline = { ...timeline, late: [...timeline.late, message] };
  const known = timeline.messages.some((other) => other.seq === message.seq);
  if (!(timeline.loaded || timeline.failed) || (!timeline.at_end && !known)) return timeline;
  const next = { ...timeline, messages: merge(timeline.messages, [message]) };
  return at_bottom ? cutOldest(next) : cutNewest(next);
}

/** An edit or a deletion: only of interest while the message is in the window. */
export function replaceMessage(timeline, message) {
  const index = timeline.messages.findIndex((other) => other.id === message.id);
  const late = timeline.loading ? [...timeline.late, message] : timeline.late;
  if (index < 0) return late === timeline.late ? timeline : { ...timeline, late };
  if (timeline.messages[index].rev > message.rev) return timeline;
  return { ...timeline, late, messages: timeline.messages.with(index, message) };
}

/** @param {'newest'|'before'|'after'|'around'} where how `page` was asked for */
export function addPage(timeline, where, page, last_seq) {
  const done = { ...timeline, loading: null, late: [], loaded: true };
  const full = page.length >= PAGE;
  const newest = page.at(-1)?.seq ?? 0;
  const from_start = !full || page[0]?.seq === 1;

  if (where === 'before') {
    const messages = merge(merge(page, timeline.messages), timeline.late.filter(known(timeline)));
    return cutNewest({ ...done, messages, at_start: from_start });
  }
  if (where === 'after') {
    const at_end = !full && (page.length === 0 || newest + timeline.late.length >= last_seq);
    const messages = merge(merge(timeline.messages, page), at_end ? timeline.late : []);
    return cutOldest({ ...done, messages, at_end });
  }
  const at_end = where === 'newest' || newest >= last_seq;
  const messages = merge(page, at_end ? timeline.late : timeline.late.filter(known({ messages: page })));
  return { ...done, messages, at_start: from_start, at_end };
}

const known = ({ messages }) => (message) => messages.some((other) => other.seq === message.seq);

/** Someone has read everything up to `seq`: the marks of the messages that others sent them. */
export function markRead(timeline, seq, username) {
  const unread = (message) => message.seq <= seq && !message.is_read && message.sender !== username;
  if (!timeline.messages.some(unread)) return timeline;
  const messages = timeline.messages.map((message) => (unread(message) ? { ...message, is_read: true } : message));
  return { ...timeline, messages };
}
