/** The reader's own way to write numbers and dates; the words of the app are English. */
export const LOCALE = navigator.language;
