/** `http://me:secret@host` becomes `http://***@host`: for whatever a person or a log may see. */
export function maskUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1***@');
}
