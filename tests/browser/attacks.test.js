// Everything known to have got scripts into pages, said, named and uploaded in every place that shows what people write:
// in a real browser, under the real policy, nothing of it runs, and nobody else's server is asked for anything.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Salon } from './salon.js';
import { png } from './media.js';

const ATTACKS = readFileSync(new URL('../it/fixtures/attacks.txt', import.meta.url), 'utf8')
  .split('\n').filter(Boolean)
  .map((line) => line.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\0', '\0'));

/** The ways in which a message can hold one. */
const SAID = [
  (attack) => attack,
  (attack) => `[x](${attack})`,
  (attack) => `![x](${attack} "t")`,
  (attack) => `<${attack}>`,
  (attack) => `\`\`\`${attack}\n${attack}\n\`\`\``,
  (attack) => `> - **${attack}** \`${attack}\``,
  (attack) => `[x][1]\n\n[1]: ${attack}`,
  (attack) => `@anna ${attack} :tada:`,
];

let salon, anna, mallory;
const ran = [];

before(async () => {
  salon = await Salon.start();
  anna = await salon.visitor();
  // What an attack calls; whatever calls it, in whatever frame, is heard of.
  await anna.context.exposeBinding('attackRan', ({ frame }, what) => ran.push(`${what} in ${frame.url()}`));
  await anna.context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'msgbox', 'print']) {
      window[name] = () => {
        window.attacked = true;
        window.attackRan(name);
      };
    }
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
      window.attackRan(`violation of ${violatedDirective}: ${blockedURI} ${sample}`));
  });
  anna.context.on('dialog', (dialog) => {
    ran.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  await anna.register('anna');
  await anna.createRoom('garden');
  mallory = await salon.person('mallory');
  await mallory.join('garden');
  await mallory.createRoom('lair');
  // A room that is one's own is one whose topic one may set.
  await anna.join('lair');
});
after(() => salon.stop());

/** Nothing has run, and nothing in the page could when it is touched. */
async function isHarmless(person, what) {
  const found = await person.page.evaluate(() => {
    const bad = [];
    const foreign = 'script:not([src^="/~"]), iframe, object, embed, base, meta[http-equiv], form[action], [srcdoc], math, body style';
    for (const element of document.querySelectorAll(foreign)) bad.push(element.outerHTML.slice(0, 200));
    for (const element of document.querySelectorAll('body *')) {
      for (const { name, value } of element.attributes) {
        const runs = name.startsWith('on') || name === 'formaction';
        const leads = /^(href|src|xlink:href|action|poster|data)$/.test(name) && element.namespaceURI.endsWith('xhtml');
        const url = leads && value ? new URL(value, location.href) : null;
        const away = url && (element.matches('a') ? !/^(https?|mailto):$/.test(url.protocol) : url.origin !== location.origin);
        if (runs || (away && url.protocol !== 'blob:')) bad.push(`${element.tagName} ${name}=${value}`);
      }
    }
    return { bad, attacked: window.attacked ?? false };
  });
  assert.deepEqual(found, { bad: [], attacked: false }, what);
  assert.deepEqual(ran, [], what);
}

/** Calls the server many times in a row, as mallory. @returns {Promise<any[]>} the answers of those it took */
const call = (method, path, bodies) =>
  mallory.page.evaluate(async ([method, path, bodies]) => {
    const answers = [];
    for (const body of bodies) {
      const answer = await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      if (answer.ok) answers.push(await answer.json());
    }
    return answers;
  }, [method, path, bodies]);

test('the corpus is a large one', () => assert.ok(ATTACKS.length > 120));

for (const [index, say] of SAID.entries()) {
  test(`said, ${JSON.stringify(say('…'))}`, async () => {
    mallory.expectRefusal(422);
    if (index === 0) await anna.goTo('/rooms/garden');
    const bodies = ATTACKS.map((attack) => ({ content: say(attack) }));
    const said = await call('POST', '/api/conversations/garden/messages', bodies);
    assert.ok(said.length > ATTACKS.length - 5, 'the server takes them: they are only text');
    await anna.page.locator(`#rows [data-seq="${said.at(-1).seq}"]`).waitFor();
    await isHarmless(anna, 'as they come');
    await anna.page.evaluate(() => {
      for (const element of document.querySelectorAll('#rows .message-body *')) {
        for (const type of ['mouseover', 'mouseenter', 'focus', 'pointerdown', 'animationstart', 'toggle']) element.dispatchEvent(new Event(type));
      }
    });
    await anna.page.reload();
    await anna.page.locator(`#rows [data-seq="${said.at(-1).seq}"]`).waitFor();
    await isHarmless(anna, 'read again');
  });
}

test('as the topic of a room', async () => {
  await anna.goTo('/rooms/lair');
  await anna.inConversation('lair');
  const topics = await call('PATCH', '/api/conversations/lair', ATTACKS.map((topic) => ({ topic: topic.slice(0, 250) })));
  assert.ok(topics.length > 120);
  const { topic } = topics.at(-1);
  await anna.page.waitForFunction((topic) => document.querySelector('#middle-topic').textContent === topic, topic);
  await isHarmless(anna, 'in the head and at the beginning');
});

test('as the name of a room, where such a name is taken, and in the list of rooms', async () => {
  mallory.expectRefusal(409);
  const rooms = await call('POST', '/api/conversations', ATTACKS.map((attack) => ({ name: attack.slice(0, 60), topic: attack.slice(0, 250) })));
  assert.ok(rooms.length > 0);
  await anna.goTo('/');
  await anna.page.locator('.sidebar [data-do=discover]').click();
  await anna.page.locator('#discover-list li').nth(20).waitFor();
  await isHarmless(anna, 'in the list');
  await anna.goTo(`/rooms/${encodeURIComponent(rooms.at(-1).name)}`);
  await anna.page.locator('[data-do=join-preview]').waitFor();
  await isHarmless(anna, 'before joining');
});

test('as the name and the description of a person', async () => {
  await anna.goTo('/rooms/lair');
  await call('POST', '/api/conversations/lair/messages', [{ content: 'who am I?' }]);
  await anna.message('who am I?').waitFor();
  const people = await call('PATCH', '/api/me', ATTACKS.map((attack) => ({ display_name: attack.slice(0, 64), bio: attack })));
  assert.ok(people.length > 110);
  const { display_name } = people.at(-1);
  const shown = (name) => [...document.querySelectorAll('.message-author')].at(-1).textContent === name;
  await anna.page.waitForFunction(shown, display_name);
  await isHarmless(anna, 'in the room');
  await anna.message('who am I?').locator('.message-author').click();
  await anna.page.locator('#dialog-person[open]').waitFor();
  await isHarmless(anna, 'on the card');
});

/** Files of these names and contents, ten with each message. */
const upload = (files) =>
  mallory.page.evaluate(async (files) => {
    const sent = [];
    for (const { name, base64 } of files) {
      const form = new FormData();
      form.append('file', new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      const answer = await fetch('/api/conversations/lair/attachments', { method: 'POST', body: form });
      if (answer.ok) sent.push(await answer.json());
    }
    let last;
    for (let at = 0; at < sent.length; at += 10) {
      const body = JSON.stringify({ content: '', attachments: sent.slice(at, at + 10).map(({ id }) => id) });
      const headers = { 'Content-Type': 'application/json' };
      last = await (await fetch('/api/conversations/lair/messages', { method: 'POST', headers, body })).json();
    }
    return { sent, last };
  }, files);

test('as the name of a file, of a picture and of a sound', async () => {
  await anna.goTo('/rooms/lair');
  const base64 = png(40, 30).toString('base64');
  const names = ATTACKS.filter((name) => !name.includes('\0')); // which no file can be called
  const pictures = await upload(names.map((name) => ({ name, base64 })));
  assert.equal(pictures.sent.length, names.length);
  await anna.page.locator(`[data-seq="${pictures.last.seq}"] .picture.is-there`).first().waitFor();
  await isHarmless(anna, 'under pictures');
  await anna.page.locator(`[data-seq="${pictures.last.seq}"] .picture`).first().click();
  await anna.page.locator('#dialog-lightbox[open]').waitFor();
  await isHarmless(anna, 'over a large picture');
  await anna.page.keyboard.press('Escape');
  const plain = Buffer.from('plain').toString('base64');
  const cards = await upload(names.map((name) => ({ name, base64: plain })));
  await anna.page.locator(`[data-seq="${cards.last.seq}"] .file`).first().waitFor();
  await isHarmless(anna, 'on cards');
  await anna.page.locator(`[data-seq="${cards.last.seq}"]`).focus();
  await anna.page.keyboard.press('a');
  await anna.page.locator('#composer-replying').waitFor();
  await isHarmless(anna, 'in a quote');
});

test('as a file of one’s own to be sent', async () => {
  const attacks = ATTACKS.filter((attack) => !/[\0/\\\n\r]/.test(attack)).slice(0, 10);
  await anna.page.setInputFiles('#attach-input', attacks.map((name) => ({ name, mimeType: 'text/html', buffer: Buffer.from(name) })));
  await anna.page.waitForFunction((many) => document.querySelectorAll('.upload.is-done').length === many, attacks.length);
  await isHarmless(anna, 'over the composer');
});

test('as what is in a file, opened by its address', async () => {
  const wraps = [
    (attack) => ['page.html', `<!doctype html><title>x</title>${attack}<script>alert(1)</script>`],
    (attack) => ['drawing.svg', `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script>${attack}</svg>`],
    (attack) => ['picture.png', attack],
  ];
  const files = wraps.flatMap((wrap) => ATTACKS.map(wrap)).map(([name, text]) => ({ name, base64: Buffer.from(text).toString('base64') }));
  const { sent } = await upload(files);
  assert.equal(sent.length, files.length);
  await anna.page.locator('#rows .file').first().waitFor();
  await isHarmless(anna, 'in the timeline');
  const answers = await anna.page.evaluate((urls) => Promise.all(urls.map(async (url) => {
    const { headers } = await fetch(url);
    return ['content-type', 'content-disposition', 'content-security-policy', 'x-content-type-options'].map((name) => headers.get(name));
  })), sent.map(({ url }) => url));
  for (const [type, disposition, policy, sniff] of answers) {
    assert.doesNotMatch(type, /html|xml|svg|script/);
    assert.match(disposition, /^attachment;/);
    assert.deepEqual([policy, sniff], ["default-src 'none'; sandbox", 'nosniff']);
  }
  // Opened, each is saved, not shown; some of each kind are tried as a person would.
  const tab = await anna.openPage();
  for (const { url } of sent.filter((_, index) => index % 15 === 0)) {
    const saved = tab.waitForEvent('download');
    await tab.goto(url).catch((error) => assert.match(error.message, /Download is starting|ERR_ABORTED/));
    await (await saved).cancel();
    assert.equal(tab.url(), 'about:blank');
  }
  assert.deepEqual(ran, []);
});

test('nothing ran in all this, and no browser complained', () => {
  assert.deepEqual(ran, []);
  salon.checkPeople();
});
