// A person's initials and colour. The colour comes from the id, so that it stays when the name changes; there are as
// many as the stylesheet has, each readable under white letters.

const HUES = 12;

export function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? '?'];
  return letters.map((word) => [...word][0]).join('').toLocaleUpperCase();
}

export function hue(id) {
  let hash = 7;
  for (const char of id ?? '') hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return hash % HUES;
}
