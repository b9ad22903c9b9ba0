/** A setting's or loss term's name as people read it: `constantEpochs` → `Constant epochs`. */
export function inWords(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start}`);
  const lower = words.replaceAll(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  if (/^gan\b/.test(lower)) return lower.replace("gan", "GAN");
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
