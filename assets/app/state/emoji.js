// Looking for emoji among those that the server knows: by shortcode first, then by the words of their names. Pure.

/** @typedef {{emoji: string, name: string, group: string, shortcodes: string[]}} Emoji */

/** As they stand in the picker. */
export const GROUPS = ['smileys', 'people', 'nature', 'food', 'travel', 'activities', 'objects', 'symbols', 'flags'];

const RECENT = 24;
const INSIDE = 3; // letters within a word mean something only when they are several

const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** How well `letters` fit, 0: not at all. */
function likeness({ name, shortcodes }, letters) {
  if (shortcodes.includes(letters)) return 5;
  if (shortcodes.some((code) => code.startsWith(letters))) return 4;
  if (shortcodes.some((code) => code.split(/[_-]/).some((word) => word.startsWith(letters)))) return 3;
  const words = plain(name);
  if (words.startsWith(letters) || words.includes(` ${letters}`)) return 2;
  return letters.length >= INSIDE && (words.includes(letters) || shortcodes.some((code) => code.includes(letters))) ? 1 : 0;
}

/**
 * Best first; of equals, those used lately, then as Unicode has them.
 * @param {Emoji[]} list
 * @param {string[]} recent
 * @returns {Emoji[]}
 */
export function findEmoji(list, recent, typed, most) {
  const letters = plain(typed).replaceAll(':', '');
  if (!letters) return [];
  return list
    .map((one) => ({ one, like: 2 * Math.max(likeness(one, letters), likeness(one, letters.replaceAll(' ', '_'))) }))
    .filter(({ like }) => like > 0)
    .map(({ one, like }) => ({ one, like: like + (recent.includes(one.emoji) ? 1 : 0) }))
    .sort((a, b) => b.like - a.like)
    .slice(0, most)
    .map(({ one }) => one);
}

/** The latest first, each once. */
export const withRecent = (recent, emoji) => [emoji, ...recent.filter((other) => other !== emoji)].slice(0, RECENT);
