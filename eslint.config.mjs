// Lint rules, the walls of the house among them (see CONTRIBUTING.md).
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, resolve } from 'node:path';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { programsOfTheTable } from './scripts/lintPrograms.mjs';

/** Node's modules that touch nothing outside the process. */
const pure = new Set(['path', 'crypto', 'stream', 'zlib', 'util', 'buffer', 'events', 'string_decoder']);
const io = builtinModules
  .filter((name) => !name.startsWith('_') && !pure.has(name.split('/')[0]))
  .flatMap((name) => [name, `node:${name}`]);

const noVscode = { name: 'vscode', message: 'Only editor/ and extension.ts know VS Code.' };
const ioPaths = io.map((name) => ({
  name,
  message: 'Inner rooms take ports (model/ports.ts) instead of I/O.',
}));

/** The rooms that terminal and editor both may import. */
const behindUsers = [
  'model',
  'intake',
  'captions',
  'engine',
  'sources',
  'output',
  'search',
  'library',
  'agent',
];

/** Rooms by what they may import of ours. */
const rooms = {
  model: [],
  intake: ['model'],
  captions: ['model'],
  engine: ['model'],
  sources: ['model', 'intake', 'captions'],
  output: ['model', 'captions', 'engine/state'],
  search: ['model', 'captions', 'output'],
  library: ['model', 'captions', 'output', 'search', 'engine', 'sources', 'intake'],
  agent: ['model', 'intake', 'captions', 'output', 'search', 'engine', 'library'],
  cluster: ['model', 'engine', 'output'],
  platform: ['model'],
  terminal: [...behindUsers, 'cluster', 'assemble'],
  editor: [...behindUsers, 'protocol', 'assemble'],
};
const all = [...Object.keys(rooms), 'extension', 'cli', 'assemble', 'protocol'];

/** A pattern list that forbids every room but the allowed ones, whatever the depth of the path. */
function wall(room, allowed) {
  const names = all.filter(
    (other) => other !== room && !allowed.some((a) => a === other || a.startsWith(`${other}/`)),
  );
  const deep = allowed.filter((a) => a.includes('/'));
  const group = names.flatMap((name) => [`**/../${name}`, `**/../${name}/**`, `../${name}`, `../${name}/**`]);
  for (const path of deep) {
    const [name] = path.split('/');
    group.push(`**/../${name}/**`, `../${name}/**`);
    for (const open of [path, `${path}/**`]) group.push(`!**/../${open}`, `!../${open}`);
  }
  return group.length === 0
    ? []
    : [{ group, message: `${room}/ may import ${allowed.join(', ') || 'nothing of ours'}.` }];
}

/**
 * The rooms of engine/, each by those it may import, and only from below: no circle can come about. `api`, what the
 * outside sees, knows shapes alone.
 */
const engineRooms = {
  state: [],
  limits: [],
  pool: ['state'],
  journal: ['state'],
  pace: ['limits'],
  folder: ['state', 'journal', 'api'],
  live: ['state', 'journal'],
  job: ['state', 'limits', 'pool', 'journal', 'pace', 'api', 'folder'],
  batch: ['state', 'limits', 'pool', 'journal', 'pace', 'api', 'folder', 'live', 'job'],
};

/** As `wall`, for a room of engine/: the files beside the rooms are closed to it as well, but `api`. */
function engineWall(room, allowed) {
  const closed = [...Object.keys(engineRooms), 'api', 'engine'].filter(
    (other) => other !== room && !allowed.includes(other),
  );
  return {
    group: closed.flatMap((name) => [`../${name}`, `../${name}/**`]),
    message: `engine/${room}/ may import ${allowed.join(', ') || 'no other room of engine/'}.`,
  };
}

const inner = (patterns) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: [
        noVscode,
        ...ioPaths,
        { name: 'undici', message: "Importing undici changes the host's own fetch." },
      ],
      patterns,
    },
  ],
});

const engineRules = [
  ...Object.entries(engineRooms).map(([room, allowed]) => ({
    files: [`src/engine/${room}/**/*.ts`],
    rules: inner([...wall('engine', rooms.engine), engineWall(room, allowed)]),
  })),
  {
    files: ['src/engine/api.ts'],
    rules: inner([
      ...wall('engine', rooms.engine),
      {
        group: Object.keys(engineRooms)
          .filter((room) => room !== 'state' && room !== 'limits')
          .flatMap((room) => [`./${room}/**`]),
        message: 'engine/api may import state and limits.',
      },
    ]),
  },
];

const wallRules = Object.entries(rooms).map(([room, allowed]) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [
          ...(room === 'editor' ? [] : [noVscode]),
          ...(['platform', 'editor'].includes(room) ? [] : ioPaths),
          { name: 'undici', message: "Importing undici changes the host's own fetch." },
        ],
        patterns: wall(room, allowed),
      },
    ],
  },
}));

/** The page's folders from the lowest to the highest: each with the folders of the page that it may not import. */
const pageRooms = [
  [['*.{ts,tsx}'], []],
  [['shared/**'], ['store', 'table', 'workers', 'head', 'settings']],
  [['store/**'], ['table', 'workers', 'head', 'settings']],
  ...['table', 'workers', 'head', 'settings'].map((room, _, views) => [
    [`${room}/**`],
    views.filter((other) => other !== room),
  ]),
];

function pageWall(closed) {
  return [
    {
      regex: '^(\\.\\./)+src/(?!model/|engine/state/|protocol$)',
      message: 'The page knows src/model, src/engine/state and src/protocol alone.',
    },
    ...(closed.length === 0
      ? []
      : [
          {
            regex: `^\\.\\./(${closed.join('|')}|App|Empty|main)(/|$)`,
            message: 'In the page, shared < store < table, workers, head, settings < App.',
          },
        ]),
  ];
}

/** A model of the page (.ts) may not import a view (.tsx): what it decides can then be tested without pixels. */
const noViews = {
  create: (context) => ({
    ImportDeclaration(node) {
      const { value } = node.source;
      if (value.startsWith('.') && existsSync(resolve(dirname(context.filename), `${value}.tsx`)))
        context.report({ node, message: 'A model (.ts) of the page imports no view (.tsx).' });
    },
  }),
};

/** VS Code patches `http`, `https`, `net` and `tls` under their bare names alone: see CONTRIBUTING. */
const bareNames = ['src/platform/httpRoute.ts', 'src/platform/proxyRoute.ts', 'src/platform/proxyTunnel.ts'];
const plainNames = builtinModules.filter((name) => /^[a-z]+$/.test(name));
const noBareNames = {
  selector: `ImportDeclaration[source.value=/^(${plainNames.join('|')})$/]`,
  message: "Node's own modules are imported as node:….",
};
const noHashNames = {
  selector: ':matches(PropertyDefinition, MethodDefinition, AccessorProperty) > PrivateIdentifier.key',
  message: 'Private members are written `private name`.',
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'out/**',
      'coverage/**',
      'node_modules/**',
      'test/fixtures/**',
      'test-results/**',
      '.vscode-test/**',
      'demo/**',
    ],
  },
  js.configs.recommended,
  {
    // The width of code is Prettier's; comments are read beside it.
    rules: {
      'max-len': [
        'error',
        { code: 1000, comments: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true },
      ],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webview-ui/tsconfig.json', './test/panel/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview-ui/**/*.{ts,tsx}', 'test/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'URL', property: 'canParse', message: 'Use urlOf of model/webUrl, which says why.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noBareNames] },
  },
  {
    files: ['src/**/*.ts', 'webview-ui/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': ['error', noBareNames, noHashNames],
      // A field that holds a function counts as a method.
      '@typescript-eslint/member-ordering': [
        'error',
        {
          default: 'never',
          classes: ['static-field', 'field', 'constructor', ['static-method', 'get', 'set', 'method']],
        },
      ],
    },
  },
  { files: bareNames, rules: { 'no-restricted-syntax': ['error', noHashNames] } },
  {
    files: ['src/editor/**/*.ts', 'src/extension*.ts'],
    ignores: ['src/editor/messages.ts', 'src/editor/pickers.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        noBareNames,
        noHashNames,
        {
          selector:
            'MemberExpression[property.name=/^(showInformationMessage|showWarningMessage|showErrorMessage|withProgress|setStatusBarMessage)$/]',
          message: 'Notices go through editor/messages.ts, which takes links out of them.',
        },
        {
          selector: 'MemberExpression[property.name=/^(showQuickPick|showInputBox|createInputBox)$/]',
          message: 'Lists and boxes go through editor/pickers.ts, which keeps the keyboard in them.',
        },
      ],
    },
  },
  ...wallRules,
  ...engineRules,
  {
    files: ['src/protocol.ts', 'src/protocolRows.ts', 'src/assemble.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [noVscode, ...ioPaths],
          patterns: [{ group: ['./platform/**'], message: 'Only the two roots import platform.' }],
        },
      ],
    },
  },
  {
    files: ['src/cli.ts', 'src/extensionCore.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noVscode] }] },
  },
  ...pageRooms.map(([files, closed]) => ({
    files: files.map((glob) => `webview-ui/${glob}`),
    rules: { 'no-restricted-imports': ['error', { patterns: pageWall(closed) }] },
  })),
  {
    files: ['webview-ui/**/*.ts'],
    plugins: { page: { rules: { 'no-views': noViews } } },
    rules: { 'page/no-views': 'error' },
  },
  {
    files: ['src/**/*.ts', 'webview-ui/**/*.{ts,tsx}'],
    rules: { 'max-lines-per-function': ['error', 80] },
  },
  {
    files: ['test/**/*.ts', 'scripts/**'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'scripts/**'],
    ignores: ['test/programs/**'],
    plugins: { house: { rules: { 'programs-of-the-table': programsOfTheTable } } },
    rules: {
      'house/programs-of-the-table': 'error',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/programs/find'],
              importNames: ['onPath'],
              message: 'Take a program of the table: program(name).',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
      },
    },
  },
);
