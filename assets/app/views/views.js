// All the views, each given its part of the page.

import { mountAttach } from './attach.js';
import { mountAuth } from './auth.js';
import { mountAvatarForm } from './avatar_form.js';
import { mountBanner } from './banner.js';
import { mountBlocks } from './blocks.js';
import { mountCards } from './cards.js';
import { mountCompletion } from './completion.js';
import { mountComposer } from './composer.js';
import { mountDialogs } from './dialogs.js';
import { mountDiscover } from './discover.js';
import { mountEmojiPicker } from './emoji_picker.js';
import { mountFriends } from './friends.js';
import { mountGame } from './game.js';
import { mountHeader } from './header.js';
import { mountInviteForm } from './invite_form.js';
import { mountLightbox } from './lightbox.js';
import { mountNotices } from './notices.js';
import { mountNotifications } from './notifications.js';
import { mountPeople } from './people.js';
import { mountPersonCard } from './person_card.js';
import { mountPickers } from './picker.js';
import { mountPins } from './pins.js';
import { mountPlaces } from './places.js';
import { mountRoomForms } from './room_form.js';
import { mountSearch } from './search.js';
import { mountSettings } from './settings.js';
import { mountShell } from './shell.js';
import { mountShortcuts } from './shortcuts.js';
import { mountSidebar } from './sidebar.js';
import { mountSwitcher } from './switcher.js';
import { mountTelling } from './telling.js';
import { mountTimeline } from './timeline.js';
import { mountTournaments } from './tournaments.js';
import { mountUploads } from './uploads.js';
import { mountVersions } from './versions.js';

export function mountViews({ store, actions }) {
  const mounts = [
    mountShell, mountAuth, mountSidebar, mountHeader, mountPlaces, mountRoomForms, mountTimeline, mountCompletion, mountComposer,
    mountPeople, mountBanner, mountNotices, mountDialogs, mountDiscover, mountPickers, mountSettings, mountSwitcher,
    mountShortcuts, mountNotifications, mountFriends, mountPersonCard, mountBlocks, mountInviteForm, mountCards,
    mountGame, mountTournaments, mountPins, mountVersions, mountEmojiPicker, mountTelling, mountSearch,
    mountAttach, mountUploads, mountLightbox, mountAvatarForm,
  ];
  for (const mount of mounts) mount(store, actions);
}
