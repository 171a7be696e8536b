import type { CommandDefinition } from '../commands/define.ts';

/** `/whatif <asset> <percent>`; optional ones in square brackets. */
export function usageOf(command: CommandDefinition): string {
  const options = command.options.map((option) => {
    const name = option.type === 'shock-below' ? `${option.name} 3%` : option.name;
    return option.required ? `<${name}>` : `[${name}]`;
  });
  return [`/${command.name}`, ...options].join(' ');
}
