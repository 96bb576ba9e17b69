// The parts of the client that are not in the first sight of a conversation: each comes from the server when a place or a
// dialog first needs it, and with the first of them what all are drawn into. Where it cannot be had, that is said, and asked
// for again the next time. Where somebody types at once (the switcher, the search), nothing may come late: those are not here.

import { loadMarkup } from './dom.js';
import { learnAll, translate } from './i18n.js';

const admin = async () => (await import('./admin.js')).joinAdmin;
const picker = async () => (await import('./views/picker.js')).mountPickers;
const hooks = async () => (await import('./hooks.js')).joinHooks;
const room = async () => (await import('./views/room_form.js')).mountRoomForms;

/** By the name of the place or dialog: what draws it. */
const PARTS = {
  add_friend: picker,
  add_member: picker,
  account: admin,
  admin,
  ban: admin,
  bot: admin,
  cards: async () => (await import('./views/cards.js')).mountCards,
  commands: async () => (await import('./commands.js')).joinCommands,
  create_room: room,
  discover: async () => (await import('./views/discover.js')).mountDiscover,
  emoji: async () => (await import('./views/emoji_picker.js')).mountEmojiPicker,
  friends: async () => (await import('./views/friends.js')).mountFriends,
  game: async () => (await import('./views/game.js')).mountGame,
  hand_over: admin,
  hooks,
  invite: async () => (await import('./views/invite_form.js')).mountInviteForm,
  lightbox: async () => (await import('./views/lightbox.js')).mountLightbox,
  link: admin,
  new_direct: picker,
  notifications: async () => (await import('./views/notifications.js')).mountNotifications,
  person: async () => (await import('./views/person_card.js')).mountPersonCard,
  pins: async () => (await import('./views/pins.js')).mountPins,
  report: async () => (await import('./views/report.js')).mountReport,
  room_settings: room,
  settings: async () => (await import('./settings.js')).joinSettings,
  shortcuts: async () => (await import('./views/shortcuts_sheet.js')).mountShortcutsSheet,
  tournaments: async () => (await import('./tournaments.js')).joinTournaments,
  versions: async () => (await import('./views/versions.js')).mountVersions,
};

export class Parts {
  #app;
  #there = new Set();
  #mounted = new Set();
  /** @type {?Promise<Element[]>} what is inside of all of them, once */
  #markup = null;

  constructor(app) {
    this.#app = app;
  }

  /** What has no part of its own always is there. */
  has(name) {
    return !PARTS[name] || this.#there.has(name);
  }

  /** Tells whether it is there now. */
  async bring(name) {
    if (this.has(name)) return true;
    let mount, fresh;
    try {
      [mount, fresh] = await Promise.all([PARTS[name](), (this.#markup ??= this.#fill()), learnAll()]);
    } catch {
      const code = await this.#reason();
      this.#app.store.dispatch({ type: 'notice', notice: { kind: 'error', code } });
      return false;
    }
    for (const element of fresh.splice(0)) translate(element); // once, and when its words are there
    this.#there.add(name);
    if (!this.#mounted.has(mount)) {
      this.#mounted.add(mount);
      mount(this.#app.store, this.#app.actions, this.#app);
    }
    return true;
  }

  async #fill() {
    try {
      return await loadMarkup();
    } catch (error) {
      this.#markup = null;
      throw error;
    }
  }

  /** A server that has become another version does not have the files of this one any more. */
  async #reason() {
    try {
      const { ok } = await fetch(import.meta.url, { method: 'HEAD', cache: 'no-store' });
      return ok ? 'network' : 'outdated';
    } catch {
      return 'network';
    }
  }
}
