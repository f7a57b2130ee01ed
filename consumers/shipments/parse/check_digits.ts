/** The check digits of carriers that the tracking number library does not have. Each takes the whole number. */

/** To the next ten, with these weights by turns from the left. */
function nextTen(body: string, weights: readonly [number, number], add = 0): string {
  let sum = add;
  for (const [at, digit] of [...body].entries()) sum += Number(digit) * weights[at % 2 === 0 ? 0 : 1];
  return String((10 - sum % 10) % 10);
}

function endsWith(number: string, check: (body: string) => string): boolean {
  return number.at(-1) === check(number.slice(0, -1));
}

/** GS1's, as DHL (20 digits), Hermes (14) and Canada Post (16) have it: 3 1 3 1 …, the last digit before it weighs 3. */
export function gs1(number: string): boolean {
  return endsWith(number, (body) => nextTen([...body].reverse().join(""), [3, 1]));
}

/** Deutsche Post's Identcode of 12 digits: 4 9 4 9 …. */
export function identcode(number: string): boolean {
  return endsWith(number, (body) => nextTen(body, [4, 9]));
}

/** GLS, 12 digits: as GS1's with one more. */
export function gls(number: string): boolean {
  return endsWith(number, (body) => nextTen([...body].reverse().join(""), [3, 1], 1));
}

/** Seven's rest of all that comes before: Japan Post. */
export function mod7(number: string): boolean {
  return endsWith(number, (body) => String(Number(body) % 7));
}

const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];

/** UPU S10, two letters, eight digits and this, two letters: 11 less the weighted sum's rest; 10 is 0 and 11 is 5. */
export function s10(number: string): boolean {
  const sum = S10_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at + 2]), 0);
  const check = 11 - sum % 11;
  return number[10] === String(check === 10 ? 0 : check === 11 ? 5 : check);
}

/** ISO 7064 mod 37,36: the letter or digit behind DPD's 14 digits. */
export function mod37(number: string): boolean {
  return endsWith(number, (body) => {
    let product = 36;
    for (const character of body) {
      const sum = (product + parseInt(character, 36)) % 36 || 36;
      product = sum * 2 % 37;
    }
    return ((37 - product) % 36).toString(36).toUpperCase();
  });
}
