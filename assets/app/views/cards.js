// The cards at the edge: invitations to play, what came of them, the game that is on. They take neither the focus nor
// the place of anything; that they came is said politely.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { displayName } from '../state/select.js';
import { optionsText } from './options.js';

const TICK_MS = 1_000;

const OUTCOME = {
  declined: 'play.declined', canceled: 'play.canceled', expired: 'play.expired', left: 'play.left', engaged: 'play.engaged',
};

const isMine = (state, { username }) => username === state.me.username;

/** The game that is on, unless it is in sight or was put away; the invitations, the latest first. */
function cardsOf(state) {
  if (state.phase !== 'signed_in') return [];
  const invites = Object.values(state.invites).filter(({ hidden }) => !hidden)
    .sort((a, b) => b.expires_at.localeCompare(a.expires_at));
  const cards = invites.map((invite) => ({ key: `invite:${invite.invite_id}`, invite }));
  const game = state.games[state.game];
  const shown = state.view.name === 'game' && state.view.id === game?.id;
  if (game && !game.hidden && !shown) cards.unshift({ key: `game:${game.id}`, game });
  return cards;
}

function words(state, { invite, game }) {
  if (game) {
    const other = game.players.find((username) => username !== state.me.username);
    return t('play.on', { name: displayName(state, other) });
  }
  const mine = isMine(state, invite);
  const name = displayName(state, mine ? invite.to : invite.username);
  if (invite.outcome) return t(mine && invite.outcome === 'expired' ? 'play.unanswered' : OUTCOME[invite.outcome], { name });
  return t(mine ? 'play.waiting' : 'play.invited', { name });
}

const leftOf = ({ expires_at }) => {
  const seconds = Math.max(0, Math.ceil((Date.parse(expires_at) - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const tick = (item, invite) => {
  const countdown = find('.countdown', item);
  countdown.hidden = !invite || Boolean(invite.outcome);
  if (!countdown.hidden) setText(countdown, leftOf(invite));
};

function draw(state, card, had) {
  const item = had ?? clone('card');
  const { invite, game } = card;
  setText(find('strong', item), words(state, card));
  setText(find('small', item), invite?.outcome ? '' : optionsText((invite ?? game).options ?? {}));
  tick(item, invite);
  const waits = invite && !invite.outcome;
  const shown = {
    accept: waits && !isMine(state, invite), decline: waits && !isMine(state, invite),
    cancel: waits && isMine(state, invite), open: Boolean(game), dismiss: true,
  };
  const focused = document.activeElement;
  for (const button of item.querySelectorAll('[data-card]')) {
    button.hidden = !shown[button.dataset.card];
    setAttribute(button, 'aria-disabled', invite?.answering ? 'true' : null);
  }
  if (game) setAttribute(find('[data-card=open]', item), 'href', `/games/${encodeURIComponent(game.id)}`);
  if (focused?.hidden && item.contains(focused)) find('[data-card]:not([hidden])', item).focus();
  return item;
}

export function mountCards(store, actions) {
  const region = find('#cards');
  const list = find('#cards-list');
  let said = new Map();

  store.watch(
    ({ invites, games, game, view, users, me, phase, locale }) => [invites, games, game, view, users, me, phase, locale],
    (state) => {
      const cards = cardsOf(state);
      region.hidden = cards.length === 0;
      drawList(list, cards, ({ key }) => key, (card, had) => draw(state, card, had));
      announce(state, cards);
    });

  /** Each card once, and again when its words are others; not what one did oneself. */
  function announce(state, cards) {
    const now = new Map(cards.map((card) => [card.key, words(state, card)]));
    const fresh = cards.filter(({ key, invite }) =>
      said.get(key) !== now.get(key) && !(invite && isMine(state, invite) && !invite.outcome));
    said = now;
    if (fresh.length) setText(find('#announcer'), fresh.map(({ key }) => now.get(key)).join('\n'));
  }

  setInterval(() => {
    const { invites } = store.state;
    for (const item of list.children) tick(item, invites[item.dataset.key.replace('invite:', '')]);
  }, TICK_MS);

  const doings = {
    accept: (invite) => actions.answerInvite(invite, true),
    decline: (invite) => actions.answerInvite(invite, false),
    cancel: (invite) => actions.cancelInvite(invite),
    dismiss: (invite, id) => (invite ? actions.hideInvite(id) : actions.hideGame(id)),
    open() {}, // a link
  };
  on(list, 'click', '[data-card]', (_, button) => {
    const [kind, id] = button.closest('li').dataset.key.split(':');
    const invite = kind === 'invite' ? store.state.invites[id] : null;
    if (!invite?.answering) doings[button.dataset.card](invite, id);
  });
}
