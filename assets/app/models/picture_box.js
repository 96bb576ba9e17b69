// How large a picture is shown in a timeline, known before any of it has come, so that nothing moves when it does. Pure.

const WIDEST = 400;
const HIGHEST = 300;
const LEAST = 56; // what can still be seen, and hit with a finger

const within = (value, most) => Math.min(most, Math.max(LEAST, Math.round(value)));

/** @returns {{width: number, height: number}} in CSS pixels; what is very long or very small is cut or has room around */
export function pictureBox({ width, height }) {
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: within(width * scale, WIDEST), height: within(height * scale, HIGHEST) };
}

/** How many columns so many pictures make. */
export const columnsFor = (many) => (many === 2 || many === 4 ? 2 : 3);
