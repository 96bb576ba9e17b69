// Every view, on a desk and in a hand, in light and in dark: readable by everyone, and kept as a picture.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';
import { noise, picture, wav, webm } from './media.js';

let salon, anna, ben;
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
/** In French where words have the least room. */
const PASSES = [{ size: 'desktop', locale: 'en' }, { size: 'phone', locale: 'en' }, { size: 'phone', locale: 'fr' }];

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden', { topic: 'Seeds, soil and snails' });
  ben = await salon.person('ben.miller');
  await ben.join('garden');
  await ben.api('POST', '/api/conversations', { username: 'anna' });
  await anna.say('Has anyone sown beans this early?');
  await ben.say('Not yet. The soil is still cold.');
  await ben.say('Perhaps in a week, if it stays dry: https://example.org/a/very/long/address/that/has/to/wrap/somewhere/because/it/does/not/end');
  await anna.sees('Perhaps');
  await anna.say('A week is long.');
  await anna.say('A mistake');
  await anna.sees('A mistake');
  const messages = await anna.api('GET', '/api/conversations/garden/messages');
  await anna.api('DELETE', `/api/messages/${messages.at(-1).id}`);
  await anna.api('PATCH', `/api/messages/${messages.at(-2).id}`, { content: 'A week is long!' });
  await ben.api('POST', '/api/conversations', { name: 'library', topic: 'What we read' });
  await ben.api('POST', '/api/conversations', { name: 'orchard', topic: 'Apples and pears' });
  await ben.say('**Beans**, @anna:\n\n- soak\n- sow `3 cm` deep\n\n> or wait\n\n```sh\ncal 2026 --with-a-line-that-is-far-too-long-for-any-screen-and-scrolls-within-its-own-box-and-not-the-page\n```');
  await anna.sees('or wait');
  const [first] = await ben.api('GET', '/api/conversations/garden/messages');
  for (const emoji of ['🎉', '👍', 'like']) await ben.api('PUT', `/api/messages/${first.id}/reactions/${encodeURIComponent(emoji)}`);
  await anna.api('PUT', `/api/messages/${first.id}/pin`);
  await anna.api('PUT', `/api/messages/${messages.at(-2).id}/pin`);
  const listing = (await ben.api('GET', '/api/conversations/garden/messages')).at(-1);
  await ben.api('PUT', `/api/messages/${listing.id}/pin`);
  await ben.api('PUT', '/api/users/anna/friend');
  const cup = await ben.api('POST', '/api/tournaments', { name: 'Spring Cup' });
  await ben.api('POST', `/api/tournaments/${cup.id}/join`);
  const old = await ben.api('POST', '/api/tournaments', { name: 'Autumn Cup' });
  await ben.api('POST', `/api/tournaments/${old.id}/cancel`);
  await hangPictures();
  await ben.goTo('/private/anna');
  await ben.inConversation('anna');
  await ben.say('Do you have seeds to spare?');
  await ben.sees('seeds to spare');
});
after(() => salon.stop());

/** A room of pictures and other files. */
async function hangPictures() {
  await ben.api('POST', '/api/conversations', { name: 'gallery', topic: 'What we saw', members: ['anna'] });
  await ben.goTo('/rooms/gallery');
  await ben.inConversation('gallery');
  const film = { name: 'bees.webm', mimeType: 'video/webm', buffer: await webm(ben.page) };
  const sound = { name: 'blackbird.wav', mimeType: 'audio/wav', buffer: wav() };
  const paper = { name: 'how to build a raised bed out of what is lying around in the shed.pdf', mimeType: '', buffer: Buffer.concat([Buffer.from('%PDF-1.7'), noise(240_000)]) };
  await ben.attach(film, sound);
  await ben.say('Listen to this');
  await ben.attach(picture('morning.png', 900, 600, 0));
  await ben.say('The garden at six');
  await ben.attach(picture('east.png', 600, 600, 1), picture('a-long-way-off.png', 1600, 400, 2), picture('well.png', 300, 900, 3));
  await ben.page.press('#composer-text', 'Enter');
  await ben.attach(paper);
  await ben.page.press('#composer-text', 'Enter');
  await ben.page.locator('[data-seq="4"] .file').waitFor();
}

const inGallery = async (person) => {
  await person.goTo('/rooms/gallery');
  await person.inConversation('gallery');
  await person.page.waitForFunction(() => document.querySelectorAll('.is-there').length >= 3);
};

const noSidewaysScroll = async (page, what) =>
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} does not scroll sideways`);

/** A view that has an address: nobody has to be in the room before. */
const at = (path, awaited) => Object.assign((person) => shows(person, path, awaited), { hasAddress: true });

/** How to come to each view, from the room. */
const INSIDE = {
  room: async () => {},
  direct: async ({ page }) => {
    await page.goto('/private/ben.miller');
    await anna.inConversation('ben.miller');
  },
  create_room: async ({ page }) => {
    await page.goto('/create_room');
    await anna.isOnline();
    await page.locator('#pane-create_room').waitFor();
  },
  missing: async ({ page }) => {
    anna.expectRefusal(404);
    await page.goto('/rooms/not-here');
    await page.locator('#pane-missing').waitFor();
  },
  preview: async ({ page }) => {
    await page.goto('/rooms/library');
    await page.locator('[data-do=join-preview]').waitFor();
  },
  message: async ({ page }) => {
    await anna.message('A week is long!').focus();
    await anna.message('A week is long!').locator('.tools').waitFor();
  },
  /** Another's, edited: the longest bar there is. */
  tools: async ({ page }) => {
    const row = anna.message('Perhaps');
    await row.focus();
    await row.locator('.tools').waitFor();
  },
  pins: async (person) => {
    await openPins(person);
    await person.page.locator('#pins-list .pinned').nth(2).waitFor();
  },
  pins_empty: async (person) => {
    await person.goTo('/private/ben.miller');
    await person.inConversation('ben.miller');
    await openPins(person);
    await person.page.locator('#pins-empty:not([hidden])').waitFor();
  },
  versions: async ({ page }) => {
    await anna.message('A week is long!').locator('button.edited').click();
    await page.locator('#versions-list .version').nth(1).waitFor();
  },
  preview_link: async ({ page }) => {
    await page.goto('/rooms/library?at=1');
    await page.locator('#preview-message:not([hidden])').waitFor();
  },
  reply: async ({ page }) => {
    await anna.message('A week is long!').focus();
    await page.keyboard.press('a');
    await page.locator('#composer-replying').waitFor();
  },
  react: async ({ page }) => {
    await anna.message('A week is long!').focus();
    await page.keyboard.press('r');
    await page.locator('.reaction-menu button').first().waitFor();
  },
  files: inGallery,
  players: async (person) => {
    await inGallery(person);
    await person.page.locator('[data-seq="1"]').evaluate((row) => row.scrollIntoView());
    await person.page.waitForFunction(() => [...document.querySelectorAll('video, audio')].every(({ readyState }) => readyState > 0));
  },
  uploads: async (person) => {
    const { page } = person;
    const full = { error: { code: 'too_large', message: 'full' } };
    person.expectRefusal(413);
    await page.unroute('**/attachments');
    await person.goTo('/rooms/general');
    await person.inConversation('general');
    while (await page.locator('[data-upload=removeUpload]').count()) await page.locator('[data-upload=removeUpload]').first().click();
    await person.attach(picture('beans.png', 640, 480, 4), { name: 'a list of everything that is to be sown.ods', mimeType: '', buffer: noise(30_000) });
    await page.route('**/attachments', (route) => (route.request().postData()?.includes('refused.zip') ? route.fulfill({ status: 413, json: full }) : null));
    await page.setInputFiles('#attach-input', [{ name: 'refused.zip', mimeType: '', buffer: noise(9000) }, { name: 'coming.mov', mimeType: '', buffer: noise(1_400_000) }]);
    await page.locator('.upload.is-failed').waitFor();
    await page.locator('.upload.is-sending').waitFor();
  },
  drop: async ({ page }) => {
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x'));
      document.querySelector('#timeline').dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
    });
    await page.locator('#drop').waitFor();
  },
  lightbox: async (person) => {
    await inGallery(person);
    await person.page.locator('.picture').nth(1).click();
    await person.page.waitForFunction(() => document.querySelector('#dialog-lightbox img')?.naturalWidth > 0);
  },
  completion: async ({ page }) => {
    await page.fill('#composer-text', 'Good morning, @');
    await page.locator('#completion [role=option]').first().waitFor();
  },
  completion_emoji: async ({ page }) => {
    await page.fill('#composer-text', 'Good morning :sun');
    await page.locator('#completion [role=option]').first().waitFor();
  },
  completion_command: async ({ page }) => {
    await page.fill('#composer-text', '/');
    await page.locator('#completion [role=option]').first().waitFor();
  },
  emoji: async ({ page }) => {
    await page.click('#emoji-button');
    await page.locator('#emoji-picker .emoji').first().waitFor();
  },
  emoji_found: async ({ page }) => {
    await anna.message('A week is long!').focus();
    await page.keyboard.press('r');
    await page.locator('.reaction-menu button').last().click();
    await page.fill('#emoji-q', 'cat');
    await page.locator('#emoji-groups .emoji', { hasText: '🐈' }).first().waitFor();
  },
  notify: async ({ page }) => {
    await page.click('#room-menu button');
    await page.locator('[data-notify=none]').waitFor();
  },
  quiet: async (person) => {
    const rooms = { orchard: 'mentions', general: 'none' };
    for (const [room, notify] of Object.entries(rooms)) {
      await person.api('POST', `/api/conversations/${room}/join`);
      await person.api('PATCH', `/api/conversations/${room}/notify`, { notify });
    }
    await ben.postMany('orchard', 1, () => 'Look at this, @anna');
    await ben.postMany('general', 2);
    await person.goTo('/rooms/garden');
    await openSidebar(person);
    await person.sidebar('orchard').getByText('@').waitFor();
    await person.sidebar('general').locator('.quiet').waitFor();
  },
  edit: async ({ page }) => {
    await anna.message('A week is long!').focus();
    await page.keyboard.press('e');
    await page.waitForSelector('.composer.editing');
  },
  people: async ({ page }) => {
    const opener = page.locator('[aria-controls=people]');
    if (!(await opener.isVisible())) return;
    await opener.click();
    await page.locator('#people.show:not(.showing)').waitFor();
  },
  offline: async ({ page, context }) => {
    anna.mayLose = true;
    await context.setOffline(true);
    await page.locator('#banner').waitFor();
    await anna.say('Later, then');
    await page.locator('.is-pending').waitFor();
  },
  switcher: async ({ page }) => {
    await page.keyboard.press('Control+k');
    await page.locator('#dialog-switcher [role=option]').first().waitFor();
  },
  shortcuts: async ({ page }) => {
    await page.locator('#timeline').focus();
    await page.keyboard.press('?');
    await page.locator('#dialog-shortcuts[open]').waitFor();
  },
  discover: (person) => fromSidebar(person, '[data-do=discover]', '#discover-list li'),
  new_direct: (person) => fromSidebar(person, '[data-do=new-direct]', '#dialog-new_direct .person'),
  settings: async (person) => {
    await openSidebar(person);
    await person.page.click('#me-button');
    await person.page.click('.sidebar [data-do=settings]');
    await person.page.locator('#sessions li').first().waitFor();
  },
  telling: async (person) => {
    await openSidebar(person);
    await person.page.click('#me-button');
    await person.page.click('.sidebar [data-do=settings]');
    await person.page.locator('#sessions li').first().waitFor();
    await person.page.locator('#telling-hours').check();
    await person.page.locator('#telling-from').waitFor();
    await person.page.locator('#telling-title').evaluate((it) => it.scrollIntoView());
  },
  room_settings: async ({ page }) => {
    await page.click('#room-menu button');
    await page.click('[data-do=room-settings]');
    await page.locator('#dialog-room_settings[open]').waitFor();
  },
  hooks: async (person) => {
    const { page } = person;
    const hooks = '/api/rooms/garden/hooks';
    if (!(await person.api('GET', hooks)).length) await person.api('POST', hooks, { kind: 'incoming', name: 'Weather station' });
    await page.click('#room-menu button');
    await page.click('[data-do=room-settings]');
    await page.click('#room-hooks');
    await page.locator('#dialog-hooks .admin-row').first().waitFor();
  },
  report: async ({ page }) => {
    await anna.message('Perhaps').focus();
    await anna.message('Perhaps').locator('[data-tool=report]').click();
    await page.locator('#dialog-report[open] textarea').waitFor();
  },
  confirm: async ({ page }) => {
    await page.click('#room-menu button');
    await page.click('[data-do=leave-room]');
    await page.locator('#dialog-confirm[open]').waitFor();
  },
  sidebar: (person) => openSidebar(person),
  notifications: at('/notifications', '#notifications li'),
  search: at('/search?q=beans', '#hits li'),
  search_help: at('/search', '#search-help'),
  friends: at('/friends', '#friends-incoming li'),
  everyone: at('/friends?everyone', '#everyone-list li'),
  tournaments: at('/tournaments', '#tournaments li'),
  admin: at('/admin', '[data-section=overview] dd'),
  admin_server: at('/admin/server', '[data-section=server] form'),
  admin_people: at('/admin/people', '[data-section=people] .admin-row'),
  admin_invitations: async (person) => {
    if (!(await person.api('GET', '/api/admin/invitations')).length) await person.api('POST', '/api/admin/invitations', { uses: 10 });
    await shows(person, '/admin/invitations', '[data-section=invitations] .admin-row');
  },
  admin_link: async (person) => {
    await shows(person, '/admin/invitations', '[data-section=invitations] .admin-row');
    await person.page.locator('[data-admin=show]').click();
    await person.page.waitForFunction(() => document.querySelector('.qr')?.naturalWidth > 0);
  },
  admin_reports: async (person) => {
    if (!(await person.api('GET', '/api/admin/reports')).length) {
      const said = await ben.api('GET', '/api/conversations/garden/messages');
      const { id } = said.find(({ content }) => content.startsWith('A week'));
      await ben.api('POST', `/api/messages/${id}/report`, { reason: 'It is only a week.' });
    }
    await shows(person, '/admin/reports', '[data-section=reports] .admin-row');
  },
  admin_bots: async (person) => {
    if (!(await person.api('GET', '/api/admin/bots')).length) await person.api('POST', '/api/admin/bots', { username: 'robo', display_name: 'Robo the Helper' });
    await shows(person, '/admin/bots', '[data-section=bots] .admin-row');
  },
  admin_bot: async (person) => {
    await shows(person, '/admin/bots', '[data-section=bots] .admin-row');
    await person.page.locator('[data-section=bots] .admin-row button').first().click();
    await person.page.locator('#dialog-bot[open] form').waitFor();
  },
  admin_commands: async (person) => {
    await throwsDice(person);
    await shows(person, '/admin/commands', '[data-section=commands] .admin-row');
  },
  commands: async (person) => {
    await throwsDice(person);
    await person.goTo('/rooms/garden');
    await person.page.fill('#composer-text', '/');
    await person.page.locator('#completion [role=option]', { hasText: '/roll' }).waitFor();
  },
  whisper: async (person) => {
    await throwsDice(person);
    await person.goTo('/rooms/garden');
    await person.inConversation('garden');
    await person.say('/roll 2d6');
    await person.page.locator('.whisper').waitFor();
  },
  admin_rooms: at('/admin/rooms', '[data-section=rooms] .admin-row'),
  admin_bans: at('/admin/bans', '[data-section=bans] p'),
  admin_log: at('/admin/audit', '[data-section=audit] .admin-row'),
  admin_start: at('/admin/start', '[data-section=start] form'),
  admin_account: async (person) => {
    await shows(person, '/admin/people', '[data-section=people] .admin-row');
    await person.page.locator('.admin-row', { hasText: '@ben.miller' }).locator('button').click();
    await person.page.locator('#dialog-account .choose-room').waitFor();
  },
  admin_ban: async (person) => {
    await shows(person, '/admin/bans', '[data-section=bans] button');
    await person.page.locator('[data-section=bans] button').first().click();
    await person.page.locator('#dialog-ban[open]').waitFor();
  },
  person_card: at('/friends?person=ben.miller', '#dialog-person[open]'),
  invite: async (person) => {
    await (await person.card('ben.miller')).locator('[data-act=play]').click();
    await person.page.locator('#dialog-invite[open]').waitFor();
  },
  block: async (person) => {
    await (await person.card('ben.miller')).locator('[data-act=block]').click();
    await person.page.locator('#dialog-confirm[open]').waitFor();
  },
};

/** A bot that answers a command, once. */
async function throwsDice(person) {
  if ((await person.api('GET', '/api/commands')).length) return;
  await person.api('POST', '/api/admin/bots', { username: 'dicer', display_name: 'Dicer' });
  const { token } = await person.api('POST', '/api/admin/bots/dicer/tokens', { name: 'dice', scopes: ['read', 'write'] });
  await salon.program(token, ({ text }) => ({ text: `${text}: 4 + 5 = **9**` }));
  const command = { name: 'roll', hint: '2d6', description: 'throws dice, as many and with as many sides as wanted', bot: 'dicer' };
  await person.api('POST', '/api/admin/commands', command);
}

async function shows(person, path, awaited) {
  await person.goTo(path);
  await person.page.locator(awaited).first().waitFor();
}

async function openPins({ page }) {
  const opener = page.locator('#pins-button');
  if (await opener.isVisible()) return opener.click();
  await page.click('#room-menu > button');
  await page.locator('#room-menu [data-do=pins]').click();
}

async function openSidebar({ page }) {
  const opener = page.locator('[aria-controls=sidebar]');
  if (!(await opener.isVisible())) return;
  await opener.click();
  await page.locator('#sidebar.show:not(.showing)').waitFor();
}

async function fromSidebar(person, button, awaited) {
  await openSidebar(person);
  await person.page.click(`.sidebar ${button}`);
  await person.page.locator(awaited).first().waitFor();
}

/** A view as it is, in light and in dark: the page follows the system at once. */
async function looks(person, view, { size, locale }) {
  await noSidewaysScroll(person.page, view);
  assert.equal(await person.page.getAttribute('html', 'lang'), locale);
  const themes = locale === 'fr' ? ['light'] : ['light', 'dark'];
  for (const theme of themes) {
    await person.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await person.page.waitForFunction((theme) => document.documentElement.dataset.bsTheme === theme, theme);
    await person.screenshot([view, theme, size, ...(locale === 'en' ? [] : [locale])].join('-'));
    if (locale === 'en') await person.isAccessible(`${view}, ${theme}, ${size}`);
  }
}

for (const pass of PASSES) {
  const viewport = SIZES[pass.size];
  const where = `${pass.size}, ${pass.locale}`;
  for (const [view, come] of Object.entries(INSIDE)) {
    test(`${view}, ${where}`, async () => {
      const { page } = anna;
      await page.setViewportSize(viewport);
      await anna.api('PATCH', '/api/me', { locale: pass.locale });
      if (!come.hasAddress) {
        await anna.goTo('/rooms/garden');
        await anna.inConversation('garden');
      }
      await come(anna);
      await looks(anna, view, pass);
      if (view === 'reply') await page.keyboard.press('Escape'); // else the next message here would be the answer
      if (view !== 'offline') return;
      await anna.context.setOffline(false);
      await anna.isOnline();
      await page.waitForFunction(() => !document.querySelector('.is-pending'));
    });
  }
  for (const view of ['login', 'register']) {
    test(`${view}, ${where}`, async () => {
      const visitor = await salon.visitor({ viewport, locale: pass.locale });
      await visitor.page.goto(`/${view}`);
      await visitor.page.locator('#auth-submit').waitFor();
      await looks(visitor, view, pass);
    });
  }
}

test('a welcome, for someone who has been nowhere yet', async () => {
  const cleo = await salon.person('cleo');
  await cleo.page.locator('#pane-welcome').waitFor();
  await cleo.screenshot('welcome-light-desktop');
  await cleo.isAccessible('welcome');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
