// What a message that begins with a slash and a known word does instead of being said as it is. Any other is said.

/** `argument`: whether something follows; `room`: only there. */
export const COMMANDS = [
  { word: 'me', argument: true },
  { word: 'shrug', argument: true },
  { word: 'topic', argument: true, room: true, manages: true },
  { word: 'invite', argument: true, room: true },
  { word: 'help' },
];

/** What a program may have to answer, which the server knows. */
export const mayBeAsked = (text) => /^\/[\da-z][\w-]*(\s|$)/i.test(text.trim());

/** @returns {?{word: string, rest: string}} */
export function commandIn(text) {
  const [, word, rest] = /^\/([a-z]+)(?:\s+([^]*))?$/.exec(text.trim()) ?? [];
  return COMMANDS.some((one) => one.word === word) ? { word, rest: rest?.trim() ?? '' } : null;
}
