// The licences of the bundled packages, to be shipped with the program: name, version and text of every
// package that is part of a build. A package whose licence is not known to allow that fails the build.
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const allowed = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0']);
/** Copied by codicons.js, not bundled; its font is licensed apart. */
const codicons = {
  folder: 'node_modules/@vscode/codicons',
  texts: [
    'Icons and font: Copyright (c) Microsoft Corporation, cut down to those in use, under Creative Commons Attribution 4.0\n' +
      'International (https://creativecommons.org/licenses/by/4.0/legalcode). Code:',
    readText('node_modules/@vscode/codicons/LICENSE-CODE'),
  ],
};

const permission = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of
the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT,
TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`,
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN
AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR
PERFORMANCE OF THIS SOFTWARE.`,
};

/** The text for all packages in these results of esbuild, which were made with `metafile`. */
function notices(results) {
  const folders = new Set();
  for (const { metafile } of results)
    for (const { inputs } of Object.values(metafile.outputs))
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = bytesInOutput > 0 && /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
        if (folder) folders.add(folder[0]);
      }
  const entries = [codicons, ...Array.from(folders, (folder) => ({ folder }))].map(entryOf);
  entries.sort((a, b) => (a < b ? -1 : 1));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return (
    ['Bulk Transcribe contains the following software of others.', ...new Set(entries)].join(rule) + '\n'
  );
}

function entryOf({ folder, texts }) {
  const { name, version, license, author } = JSON.parse(readText(join(folder, 'package.json')));
  if (!texts && !allowed.has(license)) throw new Error(`${name}: may ${license} be bundled?`);
  const files =
    texts ??
    readdirSync(folder)
      .filter(isNotice)
      .sort()
      .map((file) => readText(join(folder, file)));
  if (files.length === 0) {
    const owner = typeof author === 'string' ? author : author?.name;
    if (!owner || !permission[license]) throw new Error(`${name}: what does its licence (${license}) say?`);
    files.push(`Copyright (c) ${owner}\n\n${permission[license]}`);
  }
  return [`${name} ${version} (${texts ? 'CC-BY-4.0, MIT' : license})`, ...files].join('\n\n');
}

const isNotice = (file) => /^(?:licen[cs]e|copying|copyrightnotice|notices?)(?:\.(?:md|txt))?$/i.test(file);

function readText(path) {
  return readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trim();
}

module.exports = { notices, permission };
