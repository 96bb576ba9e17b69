// The administration: a page with a tab for each thing that is run here. Comes when an administrator first asks for it, and
// carries its own markup.

import { find, make, setAttribute } from '../dom.js';
import { mountBanForm, mountBans } from './admin/bans.js';
import { mountBot, mountBots } from './admin/bots.js';
import { mountCommands } from './admin/commands.js';
import { invitationForm, mountInvitations, mountLink } from './admin/invitations.js';
import { mountLog } from './admin/log.js';
import { fill, said } from './admin/make.js';
import { mountOverview } from './admin/overview.js';
import { mountAccount, mountPeople } from './admin/people.js';
import { mountReports } from './admin/reports.js';
import { mountHandOver, mountRooms } from './admin/rooms.js';
import { mountServer, mountStart } from './admin/server.js';

/** In the order of the tabs; the first steps have none. */
const TABS = {
  overview: mountOverview, server: mountServer, people: mountPeople, invitations: mountInvitations, rooms: mountRooms,
  reports: mountReports, bots: mountBots, commands: mountCommands, bans: mountBans, audit: mountLog,
  start: (section, store, actions) => mountStart(section, store, actions, invitationForm),
};

export function mountAdmin(store, actions) {
  const page = find('#pane-admin .page');
  const links = Object.keys(TABS).filter((tab) => tab !== 'start').map((tab) =>
    said('a', `admin.tab_${tab}`, { href: tab === 'overview' ? '/admin' : `/admin/${tab}`, 'data-tab': tab }));
  const sections = Object.entries(TABS).map(([tab, mount]) => {
    const section = make('div', { 'data-section': tab });
    mount(section, store, actions);
    return section;
  });
  fill(page, make('nav', { class: 'tabs admin-tabs', 'data-i18n-attr': 'aria-label:admin.title' }, ...links), ...sections);
  for (const mount of [mountAccount, mountBanForm, mountBot, mountHandOver, mountLink]) mount(store, actions);

  store.watch(({ view }) => [view.name, view.tab], ({ view: { name, tab } }) => {
    if (name !== 'admin') return;
    for (const section of sections) section.hidden = section.dataset.section !== tab;
    for (const link of links) setAttribute(link, 'aria-current', link.dataset.tab === tab ? 'page' : null);
    find('.admin-tabs', page).hidden = tab === 'start';
    find('[aria-current]', page)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}
