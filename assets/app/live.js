// What comes by itself: joins the socket's frames, the outbox, the uploads and the clock to the store. The order at each greeting
// is what makes a reconnect whole: first what was missed, which the socket's address asked for, then send what waited.

export function startLive({ store, api, socket, outbox, uploads, parts, actions }) {
  const CLOCK_MS = 1_000;
  const FRESH_MS = 60_000;
  const GRACE_MS = 5_000; // the server says itself when an invitation is over; this is for when it cannot

  let offers = false;
  function caughtUp() {
    socket.greeted();
    store.dispatch({ type: 'connection', status: 'online' });
    actions.keepWords();
    outbox.flush();
    uploads.resume();
    actions.loadMentions();
    actions.checkPush();
    const { view, timelines } = store.state;
    // A timeline that was dropped, or whose page was lost with the connection.
    if (view.name === 'conversation' && !timelines[view.chat_id]?.loaded) actions.loadNewest(view.chat_id);
  }

  const greetings = {
    hello(data, before) {
      offers = Boolean(data.invites);
      actions.rememberServer();
      if (before === null) {
        actions.learnPeople();
        if (offers) actions.loadStanding();
        caughtUp();
        actions.showRoute();
      }
    },
    resumed() {
      caughtUp();
      const { chat_id } = store.state.view;
      if (chat_id) actions.loadMembers(chat_id);
      else actions.refreshPlace();
      actions.refreshPins();
      if (offers) actions.loadStanding();
    },
    server_updated: () => actions.rememberServer(),
    new_message({ client_id, sender_id }) {
      if (client_id && sender_id === store.state.me.id) outbox.remove(client_id);
    },
    join_chat: ({ conversation }) => actions.learnNames([conversation?.username]),
    message_pinned: ({ chat_id }) => actions.refreshPins(chat_id),
    message_edited: ({ id }) => actions.refreshVersions(id),
    member_joined: actions.memberMoved,
    member_left: actions.memberMoved,
    user_blocked: () => actions.hearAfresh(),
    user_unblocked: () => actions.hearAfresh(),
    new_tournament: ({ tournament_id }) => store.state.tournaments && actions.loadTournament(tournament_id),
    command_answer: (told) => actions.hear(told),
    game_invite: (invite) => actions.inviteSent(invite),
    game_finished: ({ game }) => actions.gameOver(game),
    error(error, _, ref) {
      if (!ref || actions.requestRefused(ref, error)) return;
      const slow = error.code === 'slow_mode' && outbox.pending.find(({ client_id }) => client_id === ref);
      if (slow) store.dispatch({ type: 'slowed', chat_id: slow.chat_id, seconds: error.retry_after });
      outbox.refuse(ref, error.code);
    },
  };

  socket.addEventListener('frame', ({ detail: { action, data, rev, ref } }) => {
    const { cursor: before, recalled } = store.state;
    store.dispatch({ frame: action, data, rev });
    if (recalled && action === 'hello') actions.learnPeople(); // some may have come or be called otherwise since
    greetings[action]?.(data, before, ref);
    actions.followConversation();
  });

  socket.addEventListener('status', ({ detail: status }) => {
    if (status !== 'online') {
      outbox.interrupt();
      actions.forgetRequests();
    }
    // only then: a socket that is tried again does not mean that a long upload goes nowhere
    if (status === 'offline') uploads.interrupt();
    store.dispatch({ type: 'connection', status });
  });

  socket.addEventListener('closed', ({ detail: { code } }) => {
    if (code === 4401 || code === 4403) actions.sessionEnded(); // signed out, or banned
    if (code === 4400) outbox.refuseSent('bad_request');
  });

  // A browser does not say why a socket could not be opened; an ordinary call does, and ends the session if it must.
  socket.addEventListener('refused', () => navigator.onLine && api.get('/api/me').catch(() => {}));

  outbox.addEventListener('change', () => store.dispatch({ type: 'pending', pending: outbox.pending }));

  uploads.addEventListener('change', ({ detail }) => store.dispatch({ type: 'upload_changed', ...detail }));
  store.watch((state) => [state.uploads], () => {
    actions.keepUploads();
    actions.sendAwaited();
  });
  store.watch((state) => [state.replying], () => actions.keepReplies());

  store.watch(({ invites, game }) => [invites, game], ({ invites, game }) => {
    if (game || Object.keys(invites).length) parts.bring('cards');
  });

  let known = {};
  store.watch(({ conversations }) => [conversations], ({ conversations, phase }) => {
    const lost = phase === 'signed_in' ? Object.keys(known).filter((id) => !conversations[id]) : [];
    for (const id of lost) actions.conversationLost(known[id]);
    known = conversations;
  });

  // What another tab of this browser has done.
  const elsewhere = {
    'salon.signed_in': (user_id) => actions.signedInElsewhere(user_id),
    'salon.telling': () => actions.recallTelling(),
    'salon.notify': (changed) => changed && actions.learnConversation(changed.split(' ')[0]),
  };
  addEventListener('storage', ({ key, newValue }) => {
    elsewhere[key]?.(newValue);
    const [, kind, user_id, chat_id] = key?.split('.') ?? [];
    if (kind !== 'reply' || user_id !== store.state.me?.id) return;
    store.dispatch({ type: 'replying', chat_id, message: JSON.parse(newValue) });
  });

  setInterval(() => {
    actions.checkQuiet();
    actions.sendAwaited(); // what a slow room held back
    const { typing, invites } = store.state;
    if (Object.keys(typing).length) store.dispatch({ type: 'typing_expired', now: Date.now() });
    if (Object.values(invites).some(({ outcome }) => !outcome)) {
      store.dispatch({ type: 'invites_expired', now: Date.now() - GRACE_MS });
    }
  }, CLOCK_MS);
  setInterval(() => {
    if (store.state.phase !== 'signed_in') return;
    api.keepFresh();
    actions.loadAgain(); // not the socket, which knows how long a busy server is let alone
  }, FRESH_MS);

  const look = () =>
    store.dispatch({ type: 'focus', focused: document.visibilityState === 'visible' && document.hasFocus() });
  for (const type of ['focus', 'blur']) addEventListener(type, look);
  document.addEventListener('visibilitychange', look);
  look();
}
