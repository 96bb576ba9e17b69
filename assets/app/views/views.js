// The views that are in the first sight of a conversation, each given its part of the page; `parts.js` has the others.

import { mountAttach } from './attach.js';
import { mountAuth } from './auth.js';
import { mountBadges } from './badges.js';
import { mountBanner } from './banner.js';
import { mountBlocked } from './blocked.js';
import { mountCompletion } from './completion.js';
import { mountComposer } from './composer.js';
import { mountDialogs } from './dialogs.js';
import { mountDrawers } from './drawers.js';
import { mountHeader } from './header.js';
import { mountMenus } from './menus.js';
import { mountNotices } from './notices.js';
import { mountPeople } from './people.js';
import { mountPlaces } from './places.js';
import { mountSearch } from './search.js';
import { mountShell } from './shell.js';
import { mountShortcuts } from './shortcuts.js';
import { mountSidebar } from './sidebar.js';
import { mountSwitcher } from './switcher.js';
import { mountTimeline } from './timeline.js';
import { mountUploads } from './uploads.js';

export function mountViews({ store, actions }) {
  const mounts = [
    mountShell, mountMenus, mountDrawers, mountAuth, mountSidebar, mountBadges, mountHeader, mountPlaces, mountTimeline,
    mountCompletion, mountComposer, mountPeople, mountBanner, mountNotices, mountDialogs, mountSwitcher, mountShortcuts,
    mountSearch, mountBlocked, mountAttach, mountUploads,
  ];
  for (const mount of mounts) mount(store, actions);
}
