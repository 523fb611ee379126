import { SpeedometerError } from '../core/errors.ts';

/**
 * The user and the password of an address, as `user:password`; nothing where it names none.
 * @param option whose value the address is, for the message
 * @throws SpeedometerError `usage` where they hold a `%` that stands for no character
 */
export function userInfoOf({ username, password }: URL, option: string): string | undefined {
  try {
    const userInfo = [username, password].map(decodeURIComponent).join(':');
    return userInfo === ':' ? undefined : userInfo;
  } catch {
    throw new SpeedometerError('usage', `${option}: the user or the password has a % that stands for no character`, {
      hint: 'In an address % itself is written %25.',
    });
  }
}
