// The tournaments: those one can join first; what is allowed is offered, and nothing else.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { count, listOf, shortMomentOf, t } from '../i18n.js';
import { displayName } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';

const ORDER = ['open', 'started', 'canceled'];
const STATES = { open: 'tournaments.open', started: 'tournaments.started', canceled: 'tournaments.canceled' };

const sorted = (tournaments) =>
  Object.values(tournaments).sort((a, b) =>
    ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.created_at.localeCompare(a.created_at));

/** What this person may do with it. */
function may({ me }, { state, players, organizer_id }) {
  const within = players.includes(me.username);
  const leads = organizer_id === me.id || me.role === 'admin';
  return {
    join: state === 'open' && !within, leave: state === 'open' && within, start: state === 'open' && leads,
    cancel: state === 'open' && leads,
  };
}

function draw(state, tournament, had) {
  const item = had ?? clone('tournament');
  const { id, name, players, player_count, created_at, started_at, organizer } = tournament;
  item.classList.toggle('is-chosen', state.view.id === id);
  setAttribute(item, 'aria-current', state.view.id === id ? 'true' : null);
  setAttribute(find('a', item), 'href', `/tournaments/${id}`);
  setText(find('a', item), name);
  const badge = find('.state-badge', item);
  setText(badge, t(STATES[tournament.state]));
  badge.dataset.state = tournament.state;
  const by = t('tournaments.by', { name: displayName(state, organizer), moment: shortMomentOf(created_at) });
  const started = started_at ? ` · ${t('tournaments.since', { moment: shortMomentOf(started_at) })}` : '';
  setText(find('.tournament-by', item), by + started);
  const names = players.map((username) => displayName(state, username));
  setText(find('.tournament-count', item), count('tournaments.players', player_count));
  setText(find('.tournament-players', item), listOf(names));
  const allowed = may(state, tournament);
  const focused = document.activeElement;
  for (const button of item.querySelectorAll('[data-tournament]')) {
    button.hidden = !allowed[button.dataset.tournament];
    button.setAttribute('aria-label', `${button.textContent} ${name}`);
  }
  if (focused?.matches('[data-tournament][hidden]') && item.contains(focused)) (find('[data-tournament]:not([hidden])', item) ?? find('a', item)).focus();
  return item;
}

export function mountTournaments(store, actions) {
  const list = find('#tournaments');
  const form = find('#tournament-form');
  let chosen = null; // the one that was brought into sight

  onSubmit(form, async (values) => (await actions.createTournament(values)) && form.reset());
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'tournament', form_error));

  store.watch(({ tournaments, view, users, me, locale }) => [tournaments, view, users, me, locale], (state) => {
    const { tournaments, view } = state;
    if (view.name !== 'tournaments') {
      chosen = null;
      return;
    }
    find('#tournaments-empty').hidden = tournaments === null || Object.keys(tournaments).length > 0;
    drawList(list, sorted(tournaments ?? {}), ({ id }) => id, (tournament, had) => draw(state, tournament, had));
    if (!view.id || chosen === view.id || !tournaments?.[view.id]) return;
    chosen = view.id;
    const item = find(`[data-key="${CSS.escape(view.id)}"]`, list);
    item.scrollIntoView({ block: 'nearest' });
    item.focus({ preventScroll: true });
  });

  const doings = {
    join: ({ id }) => actions.joinTournament(id),
    leave: ({ id }) => actions.leaveTournament(id),
    start: (tournament) => actions.confirmStartTournament(tournament),
    cancel: (tournament) => actions.confirmCancelTournament(tournament),
  };
  on(list, 'click', '[data-tournament]', (_, button) =>
    doings[button.dataset.tournament](store.state.tournaments[button.closest('li').dataset.key]));
}
