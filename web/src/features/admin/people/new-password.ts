// Without characters that are easily taken for others when read aloud.
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 16;

/** A random password; `random` fills an array of bytes. */
export function newPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): string {
  let password = "";
  while (password.length < LENGTH) {
    for (const byte of random(new Uint8Array(LENGTH))) {
      // NOTE: bytes beyond the last whole round are dropped, so that every letter is equally likely.
      if (byte < 256 - (256 % LETTERS.length) && password.length < LENGTH) password += LETTERS[byte % LETTERS.length];
    }
  }
  return password;
}
