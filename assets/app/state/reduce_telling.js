// How this device tells of messages, whether it may, and whether it is quiet now.

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export const locals = {
  telling: (state, { telling }) => (same(telling, state.telling) ? state : { ...state, telling }),
  permission: (state, { permission }) => (permission === state.permission ? state : { ...state, permission }),
  quiet: (state, { quiet }) => (quiet === state.quiet ? state : { ...state, quiet }),
};
