// Looking for what was said.

const PAGE = 30;

export function searchActions(app) {
  const { store, api, router } = app;

  const ask = (q, more = '') => api.get(`/api/search?q=${encodeURIComponent(q)}&limit=${PAGE}${more}`);
  const isStill = (q) => store.state.search.q === q;

  return {
    /** What is typed is in the address, so that one comes back to what was found. */
    search(q) {
      if (store.state.route.name === 'search') router.rename(q.trim() ? `/search?q=${encodeURIComponent(q)}` : '/search');
      return app.actions.find(q);
    },

    async find(q) {
      if (isStill(q) && store.state.search.hits) return;
      store.dispatch({ type: 'search_asked', q });
      if (!q.trim()) return;
      const done = await app.tryTo(async () => {
        const hits = await ask(q);
        if (isStill(q)) store.dispatch({ type: 'search_came', hits, at_end: hits.length < PAGE });
      });
      if (!done && isStill(q)) store.dispatch({ type: 'search_came', hits: [], at_end: true });
    },

    moreHits: () =>
      app.tryTo(async () => {
        const { q, hits } = store.state.search;
        const more = await ask(q, `&before=${hits.at(-1).id}`);
        if (isStill(q)) store.dispatch({ type: 'search_came', hits: [...hits, ...more], at_end: more.length < PAGE });
      }),

    /** The page, with the words that look only in this conversation. */
    searchIn({ name, username }) {
      const place = name ?? username;
      const words = `in:${/\s/.test(place) ? `"${place}"` : place} `;
      router.go(`/search?q=${encodeURIComponent(words)}`);
    },
  };
}
