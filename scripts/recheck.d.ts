/** The build of recheck that needs no other program. */
declare module 'recheck/lib/browser.js' {
  export { checkSync, type Parameters } from 'recheck';
}
