// Which commands programs answer, and what they have told this person alone: a reload forgets that.

const MOST = 50;

export const locals = {
  commands_known: (state, { commands }) => ({ ...state, commands }),
  whispered: (state, { whisper }) => ({ ...state, whispers: [...state.whispers, whisper].slice(-MOST) }),
  whisper_dismissed: (state, { key }) => ({ ...state, whispers: state.whispers.filter((one) => one.key !== key) }),
};
