import { commandsPage } from './commands-page.ts';
import { configurationPage, environmentExample } from './configuration-page.ts';
import { sourcesPage } from './sources-page.ts';

/** Path (from the root) -> text of every generated page; made from the registries as they are on disk. */
export async function pageFiles(): Promise<Map<string, string>> {
  return new Map([
    ['docs/configuration.md', configurationPage()],
    ['.env.example', environmentExample()],
    ['docs/commands.md', await commandsPage()],
    ['docs/sources.md', await sourcesPage()],
  ]);
}
