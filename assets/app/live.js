// What comes by itself: joins the socket's frames, the outbox and the clock to the store. The order at each greeting
// is what makes a reconnect whole: resume first, send what waited after.

export function startLive({ store, api, socket, outbox, actions }) {
  const CLOCK_MS = 1_000;
  const FRESH_MS = 60_000;

  function caughtUp() {
    socket.greeted();
    store.dispatch({ type: 'connection', status: 'online' });
    outbox.flush();
    const { view, timelines } = store.state;
    // A timeline that was dropped, or whose page was lost with the connection.
    if (view.name === 'conversation' && !timelines[view.chat_id]?.loaded) actions.loadNewest(view.chat_id);
  }

  const greetings = {
    hello(data, before) {
      if (before === null) {
        actions.learnPeople();
        caughtUp();
        actions.showRoute();
      } else socket.send('resume', { cursor: before });
    },
    resumed() {
      caughtUp();
      const { chat_id } = store.state.view;
      if (chat_id) actions.loadMembers(chat_id);
    },
    new_message({ client_id, sender_id }) {
      if (client_id && sender_id === store.state.me.id) outbox.remove(client_id);
    },
    member_joined: ({ chat_id }) => store.state.members[chat_id] && actions.loadMembers(chat_id),
    member_left: ({ chat_id }) => store.state.members[chat_id] && actions.loadMembers(chat_id),
    error({ code }, _, ref) {
      if (ref) outbox.refuse(ref, code);
    },
  };

  socket.addEventListener('frame', ({ detail: { action, data, rev, ref } }) => {
    const before = store.state.cursor;
    store.dispatch({ frame: action, data, rev });
    greetings[action]?.(data, before, ref);
    actions.followConversation();
  });

  socket.addEventListener('status', ({ detail: status }) => {
    if (status !== 'online') outbox.interrupt();
    store.dispatch({ type: 'connection', status });
  });

  socket.addEventListener('closed', ({ detail: { code } }) => {
    if (code === 4401) actions.sessionEnded();
    if (code === 4400) outbox.refuseSent('bad_request');
  });

  // A browser does not say why a socket could not be opened; an ordinary call does, and ends the session if it must.
  socket.addEventListener('refused', () => navigator.onLine && api.get('/api/me').catch(() => {}));

  outbox.addEventListener('change', () => store.dispatch({ type: 'pending', pending: outbox.pending }));

  addEventListener('storage', ({ key, newValue }) => key === 'salon.signed_in' && actions.signedInElsewhere(newValue));

  setInterval(() => {
    if (Object.keys(store.state.typing).length) store.dispatch({ type: 'typing_expired', now: Date.now() });
  }, CLOCK_MS);
  setInterval(() => store.state.phase === 'signed_in' && api.keepFresh(), FRESH_MS);

  const look = () =>
    store.dispatch({ type: 'focus', focused: document.visibilityState === 'visible' && document.hasFocus() });
  for (const type of ['focus', 'blur']) addEventListener(type, look);
  document.addEventListener('visibilitychange', look);
  look();
}
