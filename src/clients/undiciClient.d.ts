/** Undici's connection by itself: the package has no entry for it, and so no types. */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';
  export = Client;
}
