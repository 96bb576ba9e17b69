// How the server does, what it holds, and a copy of it to take away.

import { drawList, find, make, setText } from '../../dom.js';
import { bytesOf, durationOf, numberOf, t } from '../../i18n.js';
import { facts, fill, said } from './make.js';

const some = (value, say) => (value === null || value === undefined ? t('admin.unknown') : say(value));

const factsOf = (health) => facts([
  ['admin.uptime', durationOf(health.uptime_s)],
  ['admin.version', health.version],
  ['admin.online', numberOf(health.people_online)],
  ['admin.sockets', numberOf(health.sockets)],
  ['admin.messages', numberOf(health.messages)],
  ['admin.memory', some(health.memory_bytes, bytesOf)],
  ['admin.database', bytesOf(health.database_bytes)],
  ['admin.disk_free', some(health.disk_free_bytes, bytesOf)],
  ['admin.commit', t('admin.milliseconds', { n: numberOf(Math.round(health.last_commit_ms * 10) / 10) })],
  ['admin.queue', numberOf(health.writer_queue)],
  ['admin.refusals', numberOf(health.refusals)],
]);

function ranking(key) {
  const list = make('ul', { class: 'admin-ranking' });
  const section = make('div', {}, said('h3', key), list);
  return { section, list };
}

const drawRank = (name, bytes, had) => {
  const item = had ?? make('li', {}, make('span'), make('span'));
  setText(item.firstChild, name);
  setText(item.lastChild, bytesOf(bytes));
  return item;
};

export function mountOverview(section, store) {
  const health = make('dl', { class: 'facts' });
  const used = make('p');
  const bar = make('progress', { max: 1, value: 0, 'data-i18n-attr': 'aria-label:admin.storage' });
  const people = ranking('admin.storage_people');
  const rooms = ranking('admin.storage_rooms');
  fill(section,
    make('section', {}, said('h2', 'admin.health'), health),
    make('section', {}, said('h2', 'admin.storage'), used, bar, make('div', { class: 'admin-columns' }, people.section, rooms.section)),
    make('section', {}, said('h2', 'admin.backup'), said('p', 'admin.backup_lead', { class: 'text-secondary' }),
      said('a', 'admin.backup_take', { class: 'btn btn-outline-primary', href: '/api/admin/backup', download: true })));

  store.watch(({ admin, locale }) => [admin.health, admin.storage, locale], ({ admin }) => {
    if (admin.health) health.replaceChildren(...factsOf(admin.health));
    if (!admin.storage) return;
    const { files_bytes, storage_quota } = admin.storage;
    setText(used, t('admin.storage_used', { used: bytesOf(files_bytes), quota: bytesOf(storage_quota) }));
    bar.value = storage_quota ? Math.min(1, files_bytes / storage_quota) : 0;
    const holding = (list) => list.filter(({ stored_bytes }) => stored_bytes > 0);
    drawList(people.list, holding(admin.storage.people), ({ username }) => username,
      ({ username, stored_bytes }, had) => drawRank(`@${username}`, stored_bytes, had));
    drawList(rooms.list, holding(admin.storage.rooms), ({ id }) => id,
      ({ name, stored_bytes }, had) => drawRank(name, stored_bytes, had));
    for (const { section: box, list } of [people, rooms]) box.hidden = !find('li', list);
  });
}
