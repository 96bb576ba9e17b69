// How quick the web client feels, in figures: no story and no promise, since machines differ; it only prints.
//
//     node measure.js            # SALON_BIN as for the stories, best a release build
//
// Reading back through 10,000 messages: what each frame took, how many rows the page held, what moved by itself.
// 500 messages a second in the open room: the longest task, and how long after a key its letter was painted.

import { Salon } from './salon.js';

const MANY = 10_000;
const A_SECOND = 500;
const SECONDS = 10;
const KEYS = 80;

const salon = await Salon.start();
const anna = await salon.person('anna');
await anna.createRoom('archive');
const chat_id = await anna.chatId('archive');
const ben = await salon.person('ben');
await ben.join('archive');
await ben.page.goto('/healthz'); // from here on he only sends

const words = (n) => `message ${n} ${'with more words '.repeat(n % 7 ? n % 3 : 12)}${n % 50 ? '' : '\n```\nand some code\n```'}`;

/** Sends `count` messages through one socket: `rate` a second, or as fast as they are acknowledged. */
const flood = (count, rate = null) =>
  ben.page.evaluate(async ([chat_id, contents, rate]) => {
    const socket = new WebSocket(`ws://${location.host}/ws/events/`);
    await new Promise((resolve) => (socket.onmessage = resolve));
    const begun = performance.now();
    let [sent, acknowledged] = [0, 0];
    await new Promise((resolve) => {
      const send = () => {
        const due = rate ? ((performance.now() - begun) / 1000) * rate : acknowledged + 100;
        while (sent < contents.length && sent < due) {
          const data = { content: contents[sent], chat_id, timestamp: new Date().toISOString(), client_id: crypto.randomUUID() };
          socket.send(JSON.stringify({ action: 'new_message', data }));
          sent += 1;
        }
      };
      const timer = rate && setInterval(send, 10);
      socket.onmessage = ({ data }) => {
        if (JSON.parse(data).action !== 'new_message') return;
        acknowledged += 1;
        if (!rate) send();
        if (acknowledged < contents.length) return;
        clearInterval(timer);
        resolve();
      };
      send();
    });
    socket.close();
    return (performance.now() - begun) / 1000;
  }, [chat_id, Array.from({ length: count }, (_, n) => words(n)), rate]);

/** From here on the page notes what it was slow at. */
const watch = (page) =>
  page.evaluate(() => {
    const seen = { frames: [], tasks: [], keys: [], shift: 0, rows: 0, on: true };
    globalThis.measured = seen;
    const note = (type, take, options) =>
      new PerformanceObserver((list) => seen.on && list.getEntries().forEach(take)).observe({ type, ...options });
    note('longtask', ({ duration }) => seen.tasks.push(duration));
    note('event', ({ name, duration }) => name === 'keydown' && seen.keys.push(duration), { durationThreshold: 16 });
    note('layout-shift', ({ value, hadRecentInput }) => (seen.shift += hadRecentInput ? 0 : value));
    let last = performance.now();
    requestAnimationFrame(function frame(now) {
      seen.frames.push(now - last);
      last = now;
      seen.rows = Math.max(seen.rows, document.querySelectorAll('#rows .message').length);
      if (seen.on) requestAnimationFrame(frame);
    });
  });
const watched = (page) => page.evaluate(() => ({ ...globalThis.measured, on: (globalThis.measured.on = false) }));

const round = (number) => Math.round(number * 10) / 10;
const at = (numbers, part) => round(numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? 0);
const spread = (numbers) => `median ${at(numbers, 0.5)}, 95 % ${at(numbers, 0.95)}, 99 % ${at(numbers, 0.99)}, longest ${at(numbers, 1)} ms`;
const say = (what, figures) => console.log(`${what.padEnd(44)} ${figures}`);

const took = await flood(MANY);
say(`${MANY} messages are said`, `${round(took)} s`);

const { page } = anna;
await page.goto('/login'); // so that the room is opened afresh
await anna.goTo('/rooms/archive');
await anna.message(`message ${MANY - 1} `).waitFor();
const opened = await page.evaluate(() => {
  const { domInteractive } = performance.getEntriesByType('navigation')[0];
  return { domInteractive, painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 };
});
say('opening it: page there, first painted', `${round(opened.domInteractive)}, ${round(opened.painted)} ms`);

// Reading back as fast as somebody flings: a hundred pixels each frame.
await watch(page);
const reached = await page.evaluate(() => new Promise((resolve) => {
  const box = document.querySelector('#timeline');
  const first = () => Number(document.querySelector('#rows [data-seq]')?.dataset.seq);
  const end = performance.now() + 60_000;
  let [held, top, jumped] = [null, 0, 0];
  const topOf = (row) => row.querySelector('.message-body').getBoundingClientRect().top;
  requestAnimationFrame(function step() {
    // what was in the middle of the last picture must stand where it stood
    if (held?.isConnected) jumped = Math.max(jumped, Math.abs(topOf(held) - top));
    box.scrollTop -= 100;
    held = document.elementFromPoint(500, 400)?.closest('#rows [data-seq]');
    top = held ? topOf(held) : 0;
    if (first() === 1 || performance.now() > end) resolve({ seq: first(), jumped });
    else requestAnimationFrame(step);
  });
}));
const back = await watched(page);
say(`reading back to message ${reached.seq}: ${back.frames.length} frames`, spread(back.frames));
say('  longer than 20 ms, than 50 ms', `${back.frames.filter((ms) => ms > 20).length}, ${back.frames.filter((ms) => ms > 50).length}`);
say('  most messages in the page; furthest jump', `${back.rows}; ${round(reached.jumped)} px`);

// Typing while many speak.
await page.goto('/login');
await anna.goTo('/rooms/archive');
await page.focus('#composer-text');
await watch(page);
const flooding = flood(A_SECOND * SECONDS, A_SECOND);
for (let n = 0; n < KEYS; n += 1) {
  await page.keyboard.press('a');
  await page.waitForTimeout((SECONDS * 1000) / KEYS - 20);
}
const flooded = await flooding;
const busy = await watched(page);
const keys = [...busy.keys, ...Array(Math.max(0, KEYS - busy.keys.length)).fill(8)]; // shorter ones are not told of
say(`${A_SECOND} messages a second, all back after`, `${round(flooded)} s`);
say('  key to paint', spread(keys));
say(`  frames (${busy.frames.length})`, spread(busy.frames));
say(`  tasks over 50 ms`, `${busy.tasks.length}, longest ${at(busy.tasks, 1)} ms`);
say('  most messages in the page; layout shift', `${busy.rows}; ${busy.shift.toFixed(4)}`);
await salon.stop();
