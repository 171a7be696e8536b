/**
 * Import direction: everything points at the pure middle (src/signals, src/alerts).
 * tests/architecture/import-rules.test.ts plants a violation of each rule and expects its name.
 */
const NPM = 'node_modules/';

/** Only these files may import the package. */
function oneHome(name, packages, home) {
  return {
    name: `only-one-home-for-${name}`,
    comment: `${packages} is imported from ${home} only, so that it can be replaced there`,
    severity: 'error',
    from: { path: '^(src|demo)/', pathNot: home },
    to: { path: packages },
  };
}

/** Files of this folder know nothing of their siblings; a folder of one island may hold several files. */
function islands(name, folder) {
  return {
    name: `islands-${name}`,
    comment: `${folder}/* stand alone: no sibling imports`,
    severity: 'error',
    from: { path: `^${folder}/([^/]+?)(\\.ts|/)` },
    to: {
      path: `^${folder}/`,
      pathNot: [`^${folder}/$1(\\.ts$|/)`, `^${folder}/(define|platform)\\.ts$`],
    },
  };
}

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'signals-are-pure',
      comment:
        'no I/O, no clock, no dependency: live ticks, what-ifs and backtests share this code',
      severity: 'error',
      from: { path: '^src/signals/' },
      to: { pathNot: '^src/signals/' },
    },
    {
      name: 'alerts-are-pure',
      severity: 'error',
      from: { path: '^src/alerts/' },
      to: { pathNot: '^src/(alerts|signals)/' },
    },
    {
      name: 'sources-look-inwards',
      severity: 'error',
      from: { path: '^src/sources/' },
      to: { path: '^src/', pathNot: '^src/(sources|signals)/|^src/(ports|errors)\\.ts$' },
    },
    {
      name: 'store-looks-inwards',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/', pathNot: '^src/(store|signals|alerts)/|^src/(ports|errors)\\.ts$' },
    },
    {
      name: 'bot-looks-inwards',
      severity: 'error',
      from: { path: '^src/bot/' },
      to: { path: '^src/', pathNot: '^src/(bot|store|signals|alerts)/|^src/(ports|errors)\\.ts$' },
    },
    {
      name: 'pipeline-knows-no-platform',
      severity: 'error',
      from: { path: '^src/pipeline/' },
      to: { path: '^src/(bot/(platforms|delivery|charts|commands)|cli|config)/' },
    },
    {
      name: 'product-knows-no-demo',
      comment: 'only the command line starts the simulated market',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/commands\\.ts$' },
      to: { path: '^demo/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(src|demo)/' },
      to: { path: '^(tests|bench|scripts)/' },
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: {},
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'chat-clients-load-when-used',
      comment: 'every command of the command line would pay for discord.js and telegraf otherwise',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/bot/platforms/' },
      to: {
        path: '^src/bot/platforms/(discord|telegram)/',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    islands('exchanges', 'src/sources/exchanges'),
    islands('lending', 'src/sources/lending'),
    islands('platforms', 'src/bot/platforms'),
    islands('commands', 'src/bot/commands'),
    oneHome('axios', `${NPM}axios`, '^src/sources/kit/http\\.ts$'),
    oneHome('pino', `${NPM}pino/`, '^src/log\\.ts$'),
    oneHome('node-cron', `${NPM}node-cron`, '^src/scheduler\\.ts$'),
    oneHome('kysely', `${NPM}kysely`, '^src/store/'),
    oneHome('sqlite', '^(node:)?sqlite$', '^src/store/sqlite\\.ts$'),
    oneHome('charts', `${NPM}(echarts|@resvg)`, '^src/bot/charts/'),
    oneHome('prom-client', `${NPM}prom-client`, '^src/operations/metrics\\.ts$'),
    oneHome('discord.js', `${NPM}(discord\\.js|@discordjs)/`, '^src/bot/platforms/discord/'),
    oneHome('telegraf', `${NPM}(telegraf|@telegraf)/`, '^src/bot/platforms/telegram/'),
    oneHome('yaml', `${NPM}yaml`, '^src/config/'),
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|demo)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
