// What is looked for and what was found, newest first. `hits` is null while nothing was asked or an answer is awaited.

export const locals = {
  search_asked: (state, { q }) => ({ ...state, search: { q, hits: null, at_end: false, busy: Boolean(q.trim()) } }),
  search_came: (state, { hits, at_end }) => ({ ...state, search: { ...state.search, hits, at_end, busy: false } }),
};
