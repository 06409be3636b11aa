// Words are found as they are meant: without regard to case and marks above letters.

/** Returns a text as it is compared: without case and without marks. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Returns where a folded word stands in a text, as pairs of begin and end in the text as written. */
export function placesOf(word: string, text: string): [number, number][] {
  if (word === "" || !folded(text).includes(word)) return [];
  // For each letter of the folded text, where in the text it comes from.
  let plain = "";
  const from: number[] = [];
  let at = 0;
  for (const letter of text) {
    const bare = folded(letter);
    for (let n = 0; n < bare.length; n += 1) from.push(at);
    plain += bare;
    at += letter.length;
  }
  from.push(text.length);
  const places: [number, number][] = [];
  for (
    let found = plain.indexOf(word);
    found >= 0;
    found = plain.indexOf(word, found + word.length)
  ) {
    places.push([from[found] ?? 0, from[found + word.length] ?? text.length]);
  }
  return places;
}
