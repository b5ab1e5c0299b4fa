/** The next step that leads to *Set Up Speech-to-Text…*; surfaces make it a click, or a command to type. */
export const speechStep = 'Set up speech-to-text.';
