// Builds the extension, the terminal program and the panel's page.
//   node esbuild.js [--watch] [--production] [--vsix] [--out folder]
// Development builds go to dist/ and have source maps; --production minifies; --vsix leaves the terminal program out.
// Types are checked apart, by `npm run typecheck`. A file is replaced as a whole, and nothing is emptied first: a VS
// Code that runs from the folder, or another build, never finds it half written.
const { createHash } = require('node:crypto');
const {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { basename, dirname, join, relative, resolve } = require('node:path');
const esbuild = require('esbuild');
const { usedCodicons } = require('./scripts/codicons.js');
const { notices } = require('./scripts/notices.js');

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const vsix = process.argv.includes('--vsix');
const asked = process.argv.indexOf('--out');
const out = resolve(asked > 0 ? process.argv[asked + 1] : 'dist');
/** Parts of earlier builds are kept this long, for what still runs from them. */
const keptMs = 24 * 3_600_000;

function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** Prints what VS Code's problem matcher in .vscode/tasks.json reads; one line for all builds together. */
let running = 0;
const problemMatcher = {
  name: 'problem-matcher',
  setup(build) {
    build.onStart(() => {
      if (watch && running++ === 0) console.log('[watch] build started');
    });
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      if (watch && --running === 0) console.log('[watch] build finished');
    });
  },
};

/** Writes what was built, parts before the entry that asks for them. */
const writer = {
  name: 'writer',
  setup(build) {
    build.onEnd(({ errors, outputFiles }) => {
      if (errors.length > 0) return;
      for (const file of [...outputFiles].reverse()) writeWhole(file.path, file.contents);
    });
  },
};

/**
 * esbuild splits ES modules only, and VS Code wants CommonJS: each part is split as the one and written as the
 * other. So what is imported later is loaded later, and every module exists once. What the entry needs at once is put
 * into one file with it, where the other parts find it: 38 files more took 17 of 37 ms of activation (CPU time).
 */
const commonJsParts = {
  name: 'commonjs-parts',
  setup(build) {
    build.onEnd(async ({ errors, outputFiles, metafile }) => {
      if (errors.length > 0) return;
      const texts = new Map();
      for (const { path, text } of outputFiles) if (path.endsWith('.js')) texts.set(path, text);
      const atOnce = neededAtOnce(metafile);
      const rest = [...texts.keys()].filter((path) => !atOnce.has(path));
      const asked = new Set(rest.flatMap((path) => importsOf(metafile, path)));
      const shared = [...atOnce].filter((path) => asked.has(path));
      const written = await Promise.all(rest.map((path) => asCommonJs(path, texts.get(path), shared)));
      // The entry comes last: what it asks for is there when it is.
      written.push(await withEntry([...atOnce][0], shared, texts));
      for (const { path, code, map } of production ? withSmallTogether(written) : written) {
        if (map) writeWhole(`${path}.map`, map);
        writeWhole(path, code);
      }
      removeOld(join(out, 'parts'), new Set(written.map(({ path }) => basename(path))));
    });
  },
};

const asWritten = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  minify: production,
  sourcemap: production ? false : 'external',
  sourcesContent: false,
};
const linkToMap = (path) => (production ? '' : `//# sourceMappingURL=${basename(path)}.map\n`);

async function asCommonJs(path, text, shared) {
  // The platform `node` adds a list of the exports, which only ES modules that import the file need.
  const { code, map } = await esbuild.transform(text, {
    ...asWritten,
    platform: 'neutral',
    sourcefile: basename(path),
  });
  return { path, code: fromEntry(code, shared) + linkToMap(path), map };
}

/** A part's code, with the `shared` parts asked from the file of the entry. */
function fromEntry(code, shared) {
  const names = new Map(shared.map((path) => [basename(path), namedIn(path)]));
  return code.replace(/require\("\.\/([^"]+)"\)/g, (call, file) =>
    names.has(file) ? `require("../extension.js").${names.get(file)}` : call,
  );
}

/** The entry first, then the parts that it imports by statement, and these in turn: their absolute paths. */
function neededAtOnce({ outputs }) {
  const found = new Set();
  const add = (path) => {
    if (found.has(path)) return;
    found.add(path);
    importsOf({ outputs }, path).forEach(add);
  };
  add(
    Object.keys(outputs)
      .map((output) => resolve(output))
      .find((path) => isEntry(path) && path.endsWith('.js')),
  );
  return found;
}

/** Absolute paths of the parts that one imports by statement. */
function importsOf({ outputs }, path) {
  return outputs[relative('', path).replaceAll('\\', '/')].imports
    .filter(({ kind, external }) => kind === 'import-statement' && !external)
    .map((imported) => resolve(imported.path));
}

/** What a part's exports are called in the file of the entry. */
const namedIn = (path) => basename(path, '.js').replace(/\W/g, '_');

/** One file of the entry and the parts that it needs at once, with its own exports and those of the `shared` parts. */
async function withEntry(entry, shared, texts) {
  const all = shared.map((path) => `export * as ${namedIn(path)} from ${JSON.stringify(path)};`);
  const { outputFiles } = await esbuild.build({
    ...asWritten,
    stdin: { contents: [`export * from ${JSON.stringify(entry)};`, ...all].join('\n'), resolveDir: out },
    bundle: true,
    external: ['vscode'],
    write: false,
    logLevel: 'silent',
    outfile: entry,
    plugins: [
      {
        name: 'built',
        setup(second) {
          second.onResolve({ filter: /^[./]|^[A-Z]:/i }, ({ path, kind, resolveDir }) =>
            kind === 'dynamic-import'
              ? { path: `./parts/${basename(path)}`, external: true }
              : { path: resolve(resolveDir, path) },
          );
          second.onLoad({ filter: /./ }, ({ path }) => ({
            contents: texts.get(path),
            resolveDir: dirname(path),
          }));
        },
      },
    ],
  });
  const named = (end) => outputFiles.find(({ path }) => path.endsWith(end));
  return { path: entry, code: named('.js').text + linkToMap(entry), map: named('.map')?.text };
}

const isEntry = (path) => dirname(path) === out;

/**
 * Parts of fewer bytes are one file of the package: with a file for each it is 38 KB larger, because each is packed by
 * itself. A part still runs when it is first asked for; the first one of them takes 2.5 ms more.
 */
const smallPart = 8 * 1024;

/** The files that were `written`, the small parts as one. */
function withSmallTogether(written) {
  const small = written.filter(({ path, code }) => !isEntry(path) && code.length < smallPart);
  const parts = small.map(
    ({ path, code }) => `${JSON.stringify(`./${basename(path)}`)}(module,exports,require){${code}}`,
  );
  const code = `const parts={${parts.join(',')}},made={},part=(name)=>{
if(!parts[name])return require(name);
if(!made[name]){const module=made[name]={exports:{}};parts[name](module,module.exports,part)}
return made[name].exports};module.exports=part;`;
  const name = `small-${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`;
  const isSmall = new Set(small.map(({ path }) => basename(path)));
  const fromSmall = (text) =>
    text.replace(/require\("\.\/(parts\/)?([^"]+)"\)/g, (call, folder = '', file) =>
      isSmall.has(file) ? `require("./${folder}${name}")("./${file}")` : call,
    );
  const others = written.filter((one) => !small.includes(one));
  return [
    { path: join(out, 'parts', name), code },
    ...others.map((one) => ({ ...one, code: fromSmall(one.code) })),
  ];
}

function removeOld(folder, current) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (current.has(name.replace(/\.map$/, ''))) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > keptMs) rmSync(path, { force: true });
  }
}

/** Files of their own, loaded on use: the protocol's SDK is half a megabyte, the client of the queue a whole one. */
const apart = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /\/agent\/mcp$/ }, () => ({ path: './mcp.js', external: true }));
    build.onResolve({ filter: /\/cluster\/redisWire$/ }, () => ({ path: './cluster.js', external: true }));
  },
};

/**
 * What of BullMQ is never used here: its other backend (a quarter of it), clients of other programs, its timetables,
 * and the native half of its packing, which needs a file for each platform.
 */
const withoutUnused = {
  name: 'without-unused',
  setup(build) {
    const empty = (filter, contents) => build.onLoad({ filter }, () => ({ contents, loader: 'js' }));
    empty(/[\\/]bullmq[\\/]dist[\\/](?:cjs|esm)[\\/]postgres[\\/]index\.js$/, 'module.exports = {};');
    empty(/[\\/]node_modules[\\/]cron-parser[\\/]/, 'module.exports = {};');
    // Its user catches this, and does without.
    empty(/[\\/]node_modules[\\/]msgpackr-extract[\\/]/, "throw new Error('left out');");
  },
};

const common = {
  bundle: true,
  minify: production,
  sourcemap: !production,
  sourcesContent: false,
  // Licences stand in ThirdPartyNotices.txt.
  legalComments: 'none',
  logLevel: 'silent',
  write: false,
  metafile: true,
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};
const node = { ...common, platform: 'node', target: 'node20', external: ['vscode'] };

/** What the .vsix has. */
const ofExtension = [
  {
    ...node,
    format: 'esm',
    splitting: true,
    // Read by the second step, which needs it beside the text.
    sourcemap: production ? false : 'inline',
    minify: false,
    minifySyntax: production,
    entryPoints: ['src/extension.ts'],
    chunkNames: 'parts/[name]-[hash]',
    outdir: out,
    plugins: [commonJsParts, problemMatcher],
  },
  {
    ...node,
    format: 'cjs',
    entryPoints: { whisperEngine: 'src/platform/whisper/child.ts' },
    outdir: out,
    plugins: [writer, problemMatcher],
  },
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { panel: 'webview-ui/main.tsx', toolkit: 'webview-ui/toolkitEntry.ts' },
    outdir: join(out, 'webview'),
    plugins: [writer, problemMatcher],
  },
];

/** What the npm package has besides. */
const ofTerminal = [
  {
    ...node,
    format: 'cjs',
    entryPoints: ['src/cli.ts'],
    outfile: join(out, 'cli.js'),
    banner: { js: '#!/usr/bin/env node' },
    supported: { 'dynamic-import': false },
    plugins: [apart, writer, problemMatcher],
  },
  {
    ...node,
    format: 'cjs',
    entryPoints: { mcp: 'src/agent/mcp.ts' },
    outdir: out,
    plugins: [writer, problemMatcher],
  },
  {
    ...node,
    format: 'cjs',
    entryPoints: { cluster: 'src/cluster/redisWire.ts' },
    outdir: out,
    external: [...node.external, 'pg', 'redis', 'bullmq-otel'],
    plugins: [withoutUnused, writer, problemMatcher],
  },
];

const builds = vsix ? ofExtension : [...ofExtension, ...ofTerminal];

/** The icons of the page that was built; undefined: all of them. */
function writeCodicons(page) {
  const codicons = 'node_modules/@vscode/codicons/dist';
  const all = {
    font: readFileSync(join(codicons, 'codicon.ttf')),
    css: readFileSync(join(codicons, 'codicon.css'), 'utf8'),
  };
  const { font, css } = page === undefined ? all : usedCodicons(all.font, all.css, page);
  writeWhole(join(out, 'webview', 'codicon.ttf'), font);
  writeWhole(join(out, 'webview', 'codicon.css'), css);
}

async function main() {
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  if (watch) {
    writeCodicons(undefined);
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  try {
    const results = await Promise.all(contexts.map((context) => context.rebuild()));
    const page = results
      .flatMap(({ outputFiles }) => outputFiles)
      .filter(({ path }) => dirname(path).endsWith('webview'));
    writeCodicons(page.map(({ text }) => text).join('\n'));
    writeWhole(join(out, 'ThirdPartyNotices.txt'), notices(results));
  } finally {
    await Promise.all(contexts.map((context) => context.dispose()));
  }
}

main().catch((error) => {
  if (!error.errors) console.error(error);
  process.exitCode = 1;
});
