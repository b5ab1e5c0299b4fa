/** What a new list begins with: two short videos that have captions, and how the rest is written. */
export const sampleList = `# My first list
# One link on each line: videos, playlists, channels, podcast feeds, media and subtitle files.
https://www.youtube.com/watch?v=jNQXAC9IVRw   # Me at the zoo
https://www.youtube.com/watch?v=dQw4w9WgXcQ   # Never Gonna Give You Up
`;
