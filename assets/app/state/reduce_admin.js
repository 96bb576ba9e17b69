// What administrators see of the server, by part; nothing of it until they ask.

/** @type {Object<string, (state: import('./types.js').State, event: any) => import('./types.js').State>} */
export const locals = {
  admin_known: (state, { part, value }) => ({ ...state, admin: { ...state.admin, [part]: value } }),
};
